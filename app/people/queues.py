"""What waits among the people: delegations that end, departments that nobody answers for."""

from app.core.queues import Among, queue
from app.core.words import say

queue("delegation", say("本人三天内到期的签字授权", "My delegations that end within three days"), verb="edit", among=Among.SOON,
      by="ends_on", from_staff="me", revoked="0", ends_on__gte="today", ends_on__lte="today+3")  # fmt: skip
queue("department", say("没有负责人的部门", "Departments without a head"), verb="edit", head__null="1")
