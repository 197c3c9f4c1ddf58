"""What waits at the cashier's, and what home counts of it."""

from app.core.charts import chart, figure
from app.core.queues import Among, queue
from app.core.words import say

queue("charge", say("逾期未收的费用", "Charges overdue"), verb="take_payment", among=Among.OVERDUE, by="due_on", state="due",
      due_on__lt="today")  # fmt: skip
queue("charge", say("待收费用", "Charges to collect"), verb="take_payment", by="due_on", state="due")
queue("charge", say("待退押金", "Deposits to give back"), verb="refund", state="paid", released_at__null="0",
      released_by__neq="me")  # fmt: skip

figure("charge", say("待收费用", "Charges to collect"), state="due")
figure("charge", say("待退押金", "Deposits to give back"), state="paid", released_at__null="0")
figure("receipt", say("有效收据", "Receipts in force"), state="live")
chart("charge", say("近 30 天应缴，按类别", "Charges due in 30 days, by kind"), over="due_on", by="kind")
