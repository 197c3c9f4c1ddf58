"""公平报表: who was given what, by designer or by week, in number, tier and value, with the spread (R-4.2.1)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from flask_appbuilder import expose
from sqlalchemy import case, func, or_, select

from app.core import here
from app.core.doors import door
from app.core.report_pages import Choice, ReportPage
from app.core.reporting import WEEK, Figure, Line, Month, last_periods
from app.core.words import Say, say
from app.extensions import db
from app.leads.dispatching.facts import EndKind
from app.leads.dispatching.models import Dispatch
from app.leads.dispatching.rules import TIER_OF_GRADE
from app.leads.models import Contract, Lead
from app.leads.reports.rules import spread
from app.leads.rules import Tier
from app.people.models import Staff

GIVEN = or_(Dispatch.end_kind.is_(None), Dispatch.end_kind != EndKind.REASSIGNED)
BY = {"designer": say("设计师", "Designer"), "week": say("周", "Week")}
WEEKS = {"4": say("4 周", "4 weeks"), "8": say("8 周", "8 weeks"), "13": say("13 周", "13 weeks")}
TIERS: dict[str, Any] = {"": say("全部单别", "All tiers"), **{str(each): each.label for each in Tier}}


class Fairness(ReportPage):
    route_base = "/fairness"
    class_permission_name = "dispatch"
    label, icon, file_name = say("公平报表", "Fairness"), "scale", "fairness"
    note = say("改派出去的不计；差距是最多与最少之差，同级别设计师之间应当接近。",
               "What was reassigned away does not count; the spread is the most less the fewest.")  # fmt: skip

    @expose("/")
    @door("export")
    def index(self) -> Any:
        return self.page()

    def choices(self) -> dict[str, Choice]:
        return {"by": (say("按", "By"), BY), "weeks": (say("近", "Last"), WEEKS), "tier": (say("单别", "Tier"), TIERS)}

    def table(self, chosen: Mapping[str, str]) -> tuple[Say, Sequence[Any], Sequence[Figure]]:
        weeks = last_periods(here.today(), WEEK)[: int(chosen["weeks"])]
        if chosen["by"] == "week":
            return BY["week"], weeks, _by_week(weeks, chosen["tier"])
        lines, figures = _by_designer(weeks, chosen["tier"])
        return BY["designer"], lines, figures


def _designers(tier: str) -> list[Any]:
    """Those at work; of one tier, those whose grade takes it."""
    query = select(Staff.id, Staff.name, Staff.designer_grade).where(
        Staff.designer_grade != "none", or_(Staff.left_on.is_(None), Staff.left_on > here.today())
    )
    if tier:
        grades = [str(grade) for grade, its_tier in TIER_OF_GRADE.items() if its_tier == tier]
        query = query.where(Staff.designer_grade.in_(grades))
    with here.in_whole_sight():
        return list(db.session.execute(query.order_by(Staff.designer_grade, Staff.id)))


def _by_designer(weeks: Sequence[Month], tier: str) -> tuple[list[Line], list[Figure]]:
    designers = _designers(tier)
    sums = [func.sum(case((Lead.tier == each, 1), else_=0)).label(str(each)) for each in Tier]
    query = (
        select(
            Dispatch.designer_id, func.count().label("given"), *sums,
            func.coalesce(func.sum(Lead.budget_fen), 0).label("value"),
            func.sum(case((Dispatch.forced, 1), else_=0)).label("forced"),
            func.sum(case((Dispatch.privilege_id.is_not(None), 1), else_=0)).label("privilege"),
        )
        .join(Lead, Lead.id == Dispatch.lead_id)
        .where(Dispatch.at >= weeks[-1].start, GIVEN, *_of(tier))
        .group_by(Dispatch.designer_id)
    )  # fmt: skip
    rows: dict[int, Any] = {row.designer_id: row for row in db.session.execute(query)}
    signed = (
        select(Contract.designer_id, func.sum(Contract.amount_fen))
        .where(Contract.signed_on >= here.in_house_time(weeks[-1].start).date(), Contract.withdrawn_on.is_(None))
        .group_by(Contract.designer_id)
    )
    contracts: dict[int, Any] = dict(db.session.execute(signed).tuples().all())

    def of(name: str) -> list[int]:
        return [int(getattr(rows[each.id], name) or 0) if each.id in rows else 0 for each in designers]

    given = of("given")
    behind = [max(given, default=0) - each for each in given]
    return [Line(f"{each.name}（{_grade(each.designer_grade)}）") for each in designers], [
        Figure(say("派单", "Given"), given),
        *(Figure(each.label, of(str(each))) for each in Tier),
        Figure(say("与最多者差", "Behind the most"), behind),
        Figure(say("预算合计（元）", "Budgets (yuan)"), of("value"), money=True),
        Figure(say("强制", "Forced"), of("forced")),
        Figure(say("用状元资格", "By privilege"), of("privilege")),
        Figure(say("签约额（元）", "Signed (yuan)"), [int(contracts.get(each.id) or 0) for each in designers], money=True),
    ]  # fmt: skip


def _by_week(weeks: Sequence[Month], tier: str) -> list[Figure]:
    designers = [each.id for each in _designers(tier)]
    sums = [func.sum(case((week.holds(Dispatch.at), 1), else_=0)) for week in weeks]
    worth = [func.sum(case((week.holds(Dispatch.at), Lead.budget_fen), else_=0)) for week in weeks]
    query = (
        select(Dispatch.designer_id, Lead.tier, *sums, *worth)
        .join(Lead, Lead.id == Dispatch.lead_id)
        .where(Dispatch.at >= weeks[-1].start, GIVEN, *_of(tier))
        .group_by(Dispatch.designer_id, Lead.tier)
    )
    given: dict[int, list[int]] = defaultdict(lambda: [0] * len(weeks))
    tiers: dict[str, list[int]] = defaultdict(lambda: [0] * len(weeks))
    value = [0] * len(weeks)
    for designer, its_tier, *found in db.session.execute(query):
        for place in range(len(weeks)):
            given[designer][place] += int(found[place] or 0)
            tiers[its_tier or ""][place] += int(found[place] or 0)
            value[place] += int(found[len(weeks) + place] or 0)
    counts = [[given[each][place] for each in designers] for place in range(len(weeks))]
    return [
        Figure(say("派单", "Given"), [sum(each[place] for each in given.values()) for place in range(len(weeks))]),
        *(Figure(each.label, tiers[str(each)]) for each in Tier),
        Figure(say("最多", "Most"), [max(each, default=0) for each in counts]),
        Figure(say("最少", "Fewest"), [min(each, default=0) for each in counts]),
        Figure(say("差距", "Spread"), [spread(each) for each in counts]),
        Figure(say("预算合计（元）", "Budgets (yuan)"), value, money=True),
    ]  # fmt: skip


def _of(tier: str) -> tuple[Any, ...]:
    return (Lead.tier == tier,) if tier else ()


def _grade(grade: str) -> str:
    return str(Staff.__table__.c.designer_grade.info["kind"].show(grade))
