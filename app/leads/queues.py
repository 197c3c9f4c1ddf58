"""What waits in leads, for whom, and what home counts of them."""

from app.core.charts import chart, figure
from app.core.queues import Among, queue
from app.core.words import say
from app.leads.rules import CLOSED, LeadState

LIVE = "new,dispatched,measured"
OPEN = ",".join(str(state) for state in LeadState if state not in CLOSED)

queue("lead", say("今日应联系的客户", "Customers to contact today"), verb="follow_up", by="next_contact_on", state=LIVE,
      next_contact_on="today")  # fmt: skip
queue("lead", say("过了约定日期未联系的客户", "Customers whose day of contact has passed"), verb="follow_up",
      among=Among.OVERDUE, by="next_contact_on", state=LIVE, next_contact_on__lt="today")  # fmt: skip
queue("lead", say("派单后多日未跟进的客户", "Dispatched leads nobody has touched for days"), verb="reassign",
      among=Among.OVERDUE, by="touched_on", state="dispatched,measured", touched_on__lte="today-{lead_untouched_days}")  # fmt: skip
queue("lead", say("多日未联系的新客户", "New leads nobody has called for days"), verb="follow_up", among=Among.OVERDUE,
      by="touched_on", state="new", touched_on__lte="today-{lead_untouched_days}")  # fmt: skip
queue("lead", say("待派单", "To be dispatched"), verb="dispatch", state="new")
queue("lead", say("待量房", "To be measured"), verb="measure", state="dispatched")
queue("lead", say("待签单", "To be signed"), verb="sign_contract", state="measured")
queue("lead", say("今日参观样板房", "Show-home visits today"), verb="show_home", state=LIVE, show_home_on="today",
      show_home_ideas__null="1")  # fmt: skip
queue("lead", say("约定参观后未登记的客户", "Show-home visits of which nothing is kept"), verb="show_home",
      among=Among.OVERDUE, by="show_home_on", state=LIVE, show_home_on__lt="today", show_home_ideas__null="1")  # fmt: skip
queue("lead", say("派单前待补装修日期的客户", "Leads without a renovation date, asked before dispatch"), verb="edit", state="new",
      renovation_on__null="1")  # fmt: skip
queue("lead", say("市场部待日报备案", "Marketing leads to be filed"), verb="file_daily", source="marketing",
      filed_on__null="1", created_by__null="0", state=LIVE)  # fmt: skip
# two people ask the customer: the closing tells who was the first
queue("closure", say("待确认无效单", "Invalid: to be confirmed"), verb="confirm_invalid", on="lead", among=Among.APPROVE,
      state="proposed", kind="invalid", proposed_by__neq="me")  # fmt: skip
queue("closure", say("待确认死单", "Dead: to be confirmed"), verb="confirm_dead", on="lead", among=Among.APPROVE,
      state="proposed", kind="dead", proposed_by__neq="me")  # fmt: skip

queue("transfer_slip", say("传递单待市场部经理签字", "Slips for the market manager"), verb="sign_market",
      among=Among.SIGN, state="draft", salesperson__neq="me", created_by__neq="me")  # fmt: skip
queue("transfer_slip", say("传递单待店面经理签字", "Slips for the store manager"), verb="sign_store",
      among=Among.SIGN, state="market_signed", salesperson__neq="me", created_by__neq="me",
      market_signed_by__neq="me")  # fmt: skip
queue("transfer_slip", say("传递单待转人力资源", "Slips to be copied to human resources"), verb="copy_to_hr",
      state="dispatched", hr_copied_on__null="1")  # fmt: skip

queue("decline_request", say("不接单申请待处理", "Requests to decline"), verb="decide", among=Among.APPROVE, state="asked",
      asked_by__neq="me")  # fmt: skip
queue("decline_request", say("不接单处理待同意", "Decisions to agree to"), verb="agree", among=Among.APPROVE,
      state="decided", asked_by__neq="me", decided_by__neq="me")  # fmt: skip
queue("closure", say("待抽查回访的跑单", "Closures to be re-called"), verb="recall", state="confirmed", sampled="1",
      recalled_at__null="1", proposed_by__neq="me", confirmed_by__neq="me")  # fmt: skip
queue("closure", say("待备案的跑单", "Closures to be filed"), verb="file", state="confirmed", filed_at__null="1")

queue("penalty_ticket", say("待裁定的过失单", "Penalty tickets to decide"), verb="decide", among=Among.APPROVE,
      state="appealed", created_by__neq="me", staff__neq="me")  # fmt: skip
queue("penalty_ticket", say("本人的过失单，可申诉", "My penalty tickets, open to appeal"), verb="appeal", by="happened_on",
      state="issued", staff="me")  # fmt: skip
queue("phone_list_entry", say("待拨打的电话", "Numbers to call"), verb="mark", result="open")

queue(
    "commission_run",
    say("待计算的提成", "Commissions to compute"),
    verb="compute",
    state="draft",
    computed_at__null="1",
)
queue("commission_run", say("待批准的提成", "Commissions to approve"), verb="approve", among=Among.APPROVE, state="draft",
      computed_at__null="0", computed_by__neq="me")  # fmt: skip
queue("commission_run", say("待锁定的提成", "Commissions to lock"), verb="lock", state="approved")

figure("lead", say("近 7 天新客户", "New leads, 7 days"), inquiry_on__gte="today-6")
figure("lead", say("在谈客户", "Leads in hand"), state=OPEN)
figure("transfer_slip", say("待签传递单", "Slips to be signed"), state="draft,market_signed")
figure("contract", say("近 30 天签约", "Contracts, 30 days"), signed_on__gte="today-29", withdrawn_on__null="1")
chart("lead", say("近 30 天客户，按来源", "Leads of 30 days, by channel"), over="inquiry_on", by="source")
