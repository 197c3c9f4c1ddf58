"""What waits among the people: delegations that end, departments that nobody answers for."""

from app.core.beginning import step
from app.core.queues import Among, queue
from app.core.words import say
from app.people.models import Staff

queue("delegation", say("本人三天内到期的签字授权", "My delegations that end within three days"), verb="edit", among=Among.SOON,
      by="ends_on", from_staff="me", revoked="0", ends_on__gte="today", ends_on__lte="today+3")  # fmt: skip
queue("department", say("没有负责人的部门", "Departments without a head"), verb="edit", head__null="1")
# the first of them is whoever sets the house up
step(1, say("登记员工，或从文件导入", "Enter the staff, or import them from a file"), "/staff/", "add staff", Staff.id,
     more_than=1)  # fmt: skip
