"""What waits in the homes: units sold and not handed over, residents whose time ends."""

from app.core.queues import Among, queue
from app.core.words import say

queue("unit", say("已售待交房的房屋", "Units sold, to be handed over"), verb="edit", state="sold")
queue("resident", say("三十天内到期的住户", "Residents whose time ends within 30 days"), verb="edit", among=Among.SOON,
      by="until", until__gte="today", until__lte="today+30")  # fmt: skip
