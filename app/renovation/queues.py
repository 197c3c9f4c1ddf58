"""What waits in renovation, for whom, and what home counts of it."""

from app.core.charts import chart, figure
from app.core.queues import Among, queue
from app.core.words import say

CASE = "renovation_application"

queue("violation", say("逾期未整改", "Violations overdue"), verb="rectify", among=Among.OVERDUE, by="deadline", state="open",
      deadline__lt="today")  # fmt: skip
queue("pass", say("证件过期仍在小区内", "Inside on a pass that has ended"), verb="leave", among=Among.OVERDUE,
      by="valid_until", inside="1", valid_until__lt="today")  # fmt: skip
queue("pass", say("过期未交回的出入证", "Passes overdue"), verb="take_back", among=Among.OVERDUE, by="valid_until",
      state="issued", inside="0", valid_until__lt="today")  # fmt: skip
queue(CASE, say("过了许可期限仍在施工", "Work past the last day of its permit"), verb="request_acceptance", among=Among.OVERDUE,
      by="permitted_until", state="under_work", permitted_until__lt="today")  # fmt: skip

queue(CASE, say("待审批的装修申请", "Applications to approve"), verb="approve", among=Among.APPROVE, state="submitted",
      created_by__neq="me")  # fmt: skip
queue(CASE, say("待发证的装修申请", "Permits to issue"), verb="issue_permit", state="approved",
      created_by__neq="me")  # fmt: skip
queue(CASE, say("待验收", "Waiting for acceptance"), verb="accept", state="awaiting_acceptance")
queue(CASE, say("待结算", "Waiting for settlement"), verb="settle", state="completed")
queue(CASE, say("已停工，待恢复", "Stopped, to be resumed"), verb="resume", state="stopped")
queue(CASE, say("资料准备中，待提交", "Being prepared, to be submitted"), verb="submit", state="draft")
queue("acceptance_item", say("待查验的项目", "Subjects to inspect"), verb="inspect", result="open")
queue("violation", say("待整改的违规", "Violations to be put right"), verb="rectify", by="deadline", state="open",
      deadline__gte="today")  # fmt: skip
queue("pass", say("仍在小区内的施工人员", "Workers still inside"), verb="leave", inside="1")

queue(CASE, say("七天内到期的施工", "Work that ends within a week"), verb="extend", among=Among.SOON, by="permitted_until",
      state="under_work", permitted_until__gte="today", permitted_until__lte="today+7")  # fmt: skip
queue("pass", say("七天内到期的出入证", "Passes that end within a week"), verb="take_back", among=Among.SOON, by="valid_until",
      state="issued", inside="0", valid_until__gte="today", valid_until__lte="today+7")  # fmt: skip
queue("credential", say("三十天内到期的证照", "Credentials that end within 30 days"), verb="edit", among=Among.SOON,
      by="valid_until", valid_until__gte="today", valid_until__lte="today+30")  # fmt: skip
queue("skill_certificate", say("三十天内到期的技能证书", "Skill certificates that end within 30 days"), verb="edit",
      among=Among.SOON, by="valid_until", valid_until__gte="today", valid_until__lte="today+30")  # fmt: skip

figure(CASE, say("办理中的申请", "Applications in hand"), state="draft,submitted,approved")
figure(CASE, say("施工中", "Under work"), state="under_work,stopped")
figure("permit", say("有效的施工许可", "Permits in force"), state="valid")
figure("pass", say("在小区内的施工人员", "Workers inside"), inside="1")
figure("violation", say("未整改的违规", "Violations open"), state="open")
chart("permit", say("近 30 天开工的许可", "Permits of 30 days"), over="valid_from", by="state")
