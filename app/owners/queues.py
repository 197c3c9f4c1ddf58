"""What waits in the homes: units sold and not handed over, residents whose time ends."""

from app.core.beginning import step
from app.core.queues import Among, queue
from app.core.words import say
from app.owners.models import Estate, Unit

queue("unit", say("已售待交房的房屋", "Units sold, to be handed over"), verb="edit", state="sold")
queue("resident", say("三十天内到期的住户", "Residents whose time ends within 30 days"), verb="edit", among=Among.SOON,
      by="until", until__gte="today", until__lte="today+30")  # fmt: skip
step(3, say("登记小区", "Enter the estates"), "/estate/", "add estate", Estate.id)
step(
    4,
    say("登记楼栋和房屋，或从文件导入", "Enter buildings and units, or import them from a file"),
    "/unit/",
    "add unit",
    Unit.id,
)
