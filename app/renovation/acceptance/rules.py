"""What is looked at before a work is accepted. No database, no clock."""

from collections.abc import Sequence

from app.core.blockers import Blocker
from app.core.words import Say, Words, say
from app.renovation.applications.rules import ApplicationState
from app.renovation.papers.rules import Listed


class Subject(Words):
    """The items of the sheet; which of them are asked is policy."""

    AS_DECLARED = "as_declared", "与申报内容和图纸一致", "As declared and drawn"
    STRUCTURE = "structure", "主体和承重结构", "Structure"
    FACADE = "facade", "外立面、门窗", "Façade"
    WATERPROOFING = "waterproofing", "防水（闭水试验）", "Waterproofing"
    DRAINAGE = "drainage", "雨污排水管道", "Drains"
    ELECTRICS = "electrics", "电气线路"
    GAS = "gas", "燃气管道和报警器", "Gas pipes and alarm"
    INTERCOM = "intercom", "可视对讲和红外监视器", "Intercom and sensors"
    COMMON_PARTS = "common_parts", "公共部位和设施", "Common parts"
    WASTE = "waste", "装修垃圾清运"


class Result(Words):
    OPEN = "open", "待查"
    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"
    UNSEEN = "unseen", "未查验", "Not looked at"


class Looked(Words):
    """What may be said of an item on the site."""

    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"


class SheetState(Words):
    OPEN = "open", "验收中"
    ACCEPTED = "accepted", "合格"
    FAILED = "failed", "不合格"


def blockers_to_accept(failed: Sequence[Say]) -> list[Blocker]:
    """R-3.1.5: nothing is accepted that was found wanting on the sheet."""
    if not failed:
        return []
    return [
        Blocker("inspection_failed", "R-3.1.5",
                say("验收单上有不合格项：{items}。", "The sheet has failed items: {items}.", items=Listed(tuple(failed))),
                say("请办理「验收不合格」退回整改；复查合格的，先改记为合格。", "Fail the acceptance; or mark them passed once seen again."))
    ]  # fmt: skip


def told_of_unseen(unseen: Sequence[Say]) -> list[Say]:
    """R-3.1.5: what nobody has marked counts as passed by whoever accepts; they are told before they do."""
    if not unseen:
        return []
    return [
        say("还有 {n} 项没有查验：{items}。办理后记为由您查验合格。",
            "Not looked at yet ({n}): {items}. They will be kept as found right by you.", n=len(unseen), items=Listed(tuple(unseen)))
    ]  # fmt: skip


def blockers_to_inspect(
    *, case: ApplicationState, sheet: SheetState, result: str | None, finding: str | None
) -> list[Blocker]:
    """R-3.1.5: on the sheet of an acceptance that is going on; what fails has to be told."""
    blockers = []
    if sheet is not SheetState.OPEN or case is not ApplicationState.AWAITING_ACCEPTANCE:
        blockers.append(
            Blocker("wrong_state", "R-3.1.5", say("这张验收单已经结束。", "This sheet is closed."),
                    say("只有验收中的验收单可以填写。", "Only the sheet of an acceptance going on is filled in."))
        )  # fmt: skip
    if result == Result.FAILED and not finding:
        blockers.append(
            Blocker("finding_missing", "R-3.1.5", say("不合格项没有写明问题。", "It is not said what is wrong."),
                    say("请填写发现的问题。", "Say what was found."))
        )  # fmt: skip
    return blockers
