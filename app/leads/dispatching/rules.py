"""What the house says about dispatch 派单 (R-4.2). No database, no clock, no Flask.

Open, fair, just: the same rules for every designer, all reasons told at once, and the order
in which the free ones are offered is a rule too.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from app.core.blockers import Blocker
from app.core.words import Say, say
from app.leads.dispatching.facts import Candidate, Caps, DesignerLoad, LeadFacts, SeasonKind
from app.leads.rules import Tier, not_known

#: which tier a designer's grade takes (R-4.2.3); a designer takes only their own
TIER_OF_GRADE: dict[str, Tier] = {
    "assistant": Tier.SMALL,
    "designer": Tier.SMALL,
    "deputy_director": Tier.SMALL,
    "director": Tier.MEDIUM,
    "chief": Tier.LARGE,
}
TAKERS = {
    Tier.SMALL: say("副主任及以下设计师", "designers up to deputy director"),
    Tier.MEDIUM: say("主任设计师", "director designers"),
    Tier.LARGE: say("首席设计师", "chief designers"),
}


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the calendar week of a day."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def season_on(day: date, seasons: Iterable[tuple[SeasonKind, date, date]]) -> SeasonKind:
    """The season of a day; outside every season it is low."""
    for kind, starts_on, ends_on in seasons:
        if starts_on <= day <= ends_on:
            return kind
    return SeasonKind.LOW


def seasons_overlap(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Whether two periods, both ends included, share a day."""
    return one[0] <= other[1] and other[0] <= one[1]


def uses_privilege(load: DesignerLoad, caps: Caps) -> bool:
    """R-4.2.4: whether this dispatch goes through only by the champion's privilege."""
    return load.champion and load.in_hand >= caps.in_hand


def blockers_to_dispatch(*, lead: LeadFacts, load: DesignerLoad | None, caps: Caps) -> list[Blocker]:
    """R-4.2.5 and R-4.4.1: every reason why this lead can't go to this designer; with no
    designer named yet, what the lead itself lacks."""
    blockers = blockers_of_the_lead(lead, caps)
    return blockers if load is None else blockers + blockers_of_a_designer(lead, load, caps)


def blockers_of_the_lead(lead: LeadFacts, caps: Caps) -> list[Blocker]:
    """R-4.2.5, R-4.4.6: what the lead lacks, whoever the designer is."""
    return [*_facts_missing(lead), *_slip_missing(lead, caps)]


def blockers_of_a_designer(lead: LeadFacts, load: DesignerLoad, caps: Caps) -> list[Blocker]:
    """R-4.2.3–5: why this designer can't take this lead now."""
    if load.grade not in TIER_OF_GRADE:
        return [_not_a_designer(load)]
    return [
        *_not_at_work(load),
        *_tier_mismatch(lead, load),
        *caps_reached(load, caps),
        *_already_dispatched(lead, load),
    ]


def blockers_of_a_taker(leads: Sequence[LeadFacts], load: DesignerLoad, caps: Caps) -> list[Blocker]:
    """Why this designer can take none of these leads; with no lead told, why they can take none at all."""
    if not leads:
        return [*_not_at_work(load), *caps_reached(load, caps)]
    refused = [blockers_of_a_designer(lead, load, caps) for lead in leads]
    return refused[0] if all(refused) else []


def load_in_words(load: DesignerLoad, caps: Caps) -> Say:
    """What a designer has of what they may have, for whoever chooses among them."""
    return say(
        "今日 {today}/{a_day} · 本周 {week}/{a_week} · 手中 {held}/{in_hand}",
        "today {today}/{a_day} · this week {week}/{a_week} · in hand {held}/{in_hand}",
        today=load.today, a_day=caps.a_day, week=load.this_week, a_week=caps.a_week, held=load.in_hand, in_hand=caps.in_hand,
    )  # fmt: skip


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """R-4.2.1: who may take it comes first; among them the preferred one, then whoever has
    the fewest this week, then whoever has waited longest since their last dispatch."""
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(
        candidates,
        key=lambda each: (
            not each.eligible,
            not each.preferred,
            each.load.this_week,
            each.load.last_at or never,
            each.load.staff_id,
        ),
    )


# --- one function for each reason ------------------------------------------------------------


def _facts_missing(lead: LeadFacts) -> list[Blocker]:
    wanted = [
        (lead.has_renovation_date, say("计划装修日期", "the renovation date")),
        (lead.has_area, say("房屋面积", "the floor area")),
        (lead.has_phone, say("联系电话", "the phone number")),
        (lead.tier is not None, say("预算", "the budget")),
    ]
    missing = not_known(wanted)
    if missing is None:
        return []
    return [
        Blocker(
            "facts_missing",
            "R-4.2.5",
            say("派单前须了解清楚，还缺：{missing}。", "Not known yet: {missing}.", missing=missing),
            say("请向客户问清后补充登记。", "Ask the customer and complete the lead."),
        )
    ]


def _slip_missing(lead: LeadFacts, caps: Caps) -> list[Blocker]:
    if lead.source not in caps.slip_sources or lead.slip_signed:
        return []
    return [
        Blocker(
            "slip_missing",
            "R-4.4.1",
            say(
                "来源为「{source}」的客户须有市场部经理和店面经理都已签字的传递单。",
                "A lead from “{source}” needs a transfer slip signed by both managers.",
                source=lead.source.label,
            ),
            say(
                "请业务员填写传递单，送市场部经理、再送店面经理签字。",
                "The salesperson fills a slip; the market manager signs, then the store manager.",
            ),
        )
    ]


def _not_a_designer(load: DesignerLoad) -> Blocker:
    return Blocker(
        "not_a_designer",
        "R-4.2.3",
        say("{name} 不是设计师。", "{name} is not a designer.", name=load.name),
        say("请选择有设计师级别的员工。", "Choose a member of staff with a designer's grade."),
    )


def _not_at_work(load: DesignerLoad) -> list[Blocker]:
    if load.left:
        return [_away("designer_left", load, say("已经离职", "has left the company"))]
    if load.absent:
        return [_away("designer_absent", load, say("现在不在岗", "is away now"))]
    return []


def _away(rule: str, load: DesignerLoad, how: Say) -> Blocker:
    return Blocker(
        rule,
        "R-4.2.5",
        say("{name} {how}。", "{name} {how}.", name=load.name, how=how),
        say("请选择其他设计师。", "Choose another designer."),
    )


def _tier_mismatch(lead: LeadFacts, load: DesignerLoad) -> list[Blocker]:
    if lead.tier is None or TIER_OF_GRADE[load.grade] == lead.tier:
        return []
    return [
        Blocker(
            "tier_mismatch",
            "R-4.2.3",
            say(
                "这是{tier}，{name} 按级别做{theirs}。",
                "This is “{tier}”; {name}'s grade takes “{theirs}”.",
                tier=lead.tier.label, theirs=TIER_OF_GRADE[load.grade].label, name=load.name,
            ),
            say("{tier}由{takers}承接。", "“{tier}” is for {takers}.",
                tier=lead.tier.label, takers=TAKERS[lead.tier]),
        )
    ]  # fmt: skip


def caps_reached(load: DesignerLoad, caps: Caps) -> list[Blocker]:
    """R-4.2.5: which of the caps a designer has reached, whatever the lead."""
    return [*_in_hand_full(load, caps), *_day_full(load, caps), *_week_full(load, caps)]


def _in_hand_full(load: DesignerLoad, caps: Caps) -> list[Blocker]:
    if load.in_hand < caps.in_hand or load.champion:
        return []
    return [
        Blocker(
            "in_hand_full",
            "R-4.2.5",
            say(
                "{name} 本周手中已有 {held} 单，{season}满 {cap} 单停止派单。",
                "{name} holds {held} of this week's dispatches; {season} stops at {cap}.",
                name=load.name, held=load.in_hand, season=caps.season.label, cap=caps.in_hand,
            ),
            say(
                "请选择其他设计师，或下周一再派；签单状元在有效期内可多做单。",
                "Choose another designer, or wait for Monday; a valid champion may take more.",
            ),
        )
    ]  # fmt: skip


def _day_full(load: DesignerLoad, caps: Caps) -> list[Blocker]:
    if load.today < caps.a_day:
        return []
    return [
        Blocker(
            "day_full",
            "R-4.2.5",
            say("{name} 今天已派 {count} 单，每天最多 {cap} 单。",
                "{name} was given {count} today; {cap} a day at most.",
                name=load.name, count=load.today, cap=caps.a_day),
            say("请选择其他设计师，或明天再派。", "Choose another designer, or wait for tomorrow."),
        )
    ]  # fmt: skip


def _week_full(load: DesignerLoad, caps: Caps) -> list[Blocker]:
    if load.this_week < caps.a_week:
        return []
    return [
        Blocker(
            "week_full",
            "R-4.2.5",
            say("{name} 本周已派 {count} 单，每周最多 {cap} 单。",
                "{name} was given {count} this week; {cap} a week at most.",
                name=load.name, count=load.this_week, cap=caps.a_week),
            say("请选择其他设计师，或下周一再派。", "Choose another designer, or wait for Monday."),
        )
    ]  # fmt: skip


def _already_dispatched(lead: LeadFacts, load: DesignerLoad) -> list[Blocker]:
    return [already_dispatched(load.name)] if lead.held_by == load.staff_id else []


def already_dispatched(name: str) -> Blocker:
    """R-4.2.5: one live dispatch per lead; `name` is the designer who has it."""
    return Blocker(
        "already_dispatched",
        "R-4.2.5",
        say("此客户已经派给 {name}。", "This lead is with {name} already.", name=name),
        say("要换设计师请办理改派，并选择另一位。", "To change the designer, reassign it to another one."),
    )
