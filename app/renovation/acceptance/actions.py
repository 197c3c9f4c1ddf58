"""Where a finished work is looked at item by item; `applications/actions.py` accepts it or sends it back."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.blockers import Blocker
from app.core.kinds import Choice, LongText
from app.core.verbs import Act, Verb, ask
from app.core.words import Say, say
from app.renovation.acceptance.models import Acceptance, AcceptanceItem
from app.renovation.acceptance.rules import Looked, Result, SheetState, Subject, blockers_to_inspect
from app.renovation.applications.models import RenovationApplication
from app.renovation.applications.rules import ApplicationState


class Inspect(Verb):
    """R-3.1.5: what was seen of one item; it may be seen again while the sheet is open."""

    table, label, clause, icon = "acceptance_item", say("查验", "Inspect"), "R-3.1.5", "clipboard-check"
    result = ask(Choice(words=Looked), "结果")
    finding = ask(LongText(size=500), "问题", "Finding", required=False)

    def lock(self, row: AcceptanceItem, act: Act, **params: object) -> None:  # type: ignore[override]
        """Nobody accepts the work while an item is being failed."""
        query = select(Acceptance.application_id).where(Acceptance.id == row.acceptance_id)
        case = select(RenovationApplication.id).where(RenovationApplication.id == query.scalar_subquery())
        act.db.execute(case.with_for_update())

    def blockers(  # type: ignore[override]
        self, row: AcceptanceItem, act: Act, result: str | None = None, finding: str | None = None
    ) -> Sequence[Blocker]:
        sheet = act.db.get_one(Acceptance, row.acceptance_id, populate_existing=True)
        case = act.db.get_one(RenovationApplication, sheet.application_id, populate_existing=True)
        return blockers_to_inspect(
            case=ApplicationState(case.state), sheet=SheetState(sheet.state), result=result, finding=finding
        )

    def do(self, row: AcceptanceItem, act: Act, result: str, finding: str | None) -> None:  # type: ignore[override]
        row.result, row.finding = result, finding
        row.checked_by_id, row.checked_at = act.by_id, act.at


def open_sheet(db: Session, application_id: int) -> Acceptance | None:
    query = select(Acceptance).where(Acceptance.application_id == application_id, Acceptance.state == SheetState.OPEN)
    return db.execute(query).scalars().first()


def items_of(db: Session, sheet: Acceptance) -> list[AcceptanceItem]:
    query = select(AcceptanceItem).where(AcceptanceItem.acceptance_id == sheet.id).order_by(AcceptanceItem.id)
    return list(db.execute(query).scalars())


def failed_items(db: Session, application_id: int) -> list[Say]:
    """The words of what was found wanting on the open sheet."""
    return _items_with(db, application_id, Result.FAILED)


def unseen_items(db: Session, application_id: int) -> list[Say]:
    """The words of what nobody has looked at on the open sheet."""
    return _items_with(db, application_id, Result.OPEN)


def _items_with(db: Session, application_id: int, result: Result) -> list[Say]:
    sheet = open_sheet(db, application_id)
    found = items_of(db, sheet) if sheet else []
    return [Subject(each.subject).label for each in found if each.result == result]


def begin_sheet(act: Act, application: RenovationApplication) -> None:
    """The next round's sheet, with the items of the day."""
    last = select(func.max(Acceptance.round)).where(Acceptance.application_id == application.id)
    sheet = Acceptance(
        number=act.number(Acceptance.__series__), application_id=application.id, unit_id=application.unit_id,
        round=(act.db.execute(last).scalar() or 0) + 1,
    )  # fmt: skip
    act.db.add(sheet)
    act.db.flush()
    act.db.add_all(AcceptanceItem(acceptance_id=sheet.id, subject=each) for each in act.policy("acceptance_subjects"))


def close_sheet(act: Act, application: RenovationApplication, state: SheetState, findings: str | None = None) -> None:
    """Decided. On acceptance whoever accepts answers for the items that nobody marked; on a sheet that failed
    nobody looks at them any more."""
    sheet = open_sheet(act.db, application.id)
    if sheet is None:  # asked for before there were sheets
        return
    sheet.state, sheet.findings, sheet.decided_by_id, sheet.decided_at = state, findings, act.by_id, act.at
    for each in items_of(act.db, sheet):
        if each.result == Result.OPEN and state is SheetState.ACCEPTED:
            each.result, each.checked_by_id, each.checked_at = Result.PASSED, act.by_id, act.at
        elif each.result == Result.OPEN:
            each.result = Result.UNSEEN
