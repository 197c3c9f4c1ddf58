"""Who gets a pass, and who is let in with it (R-3.4.9, R-3.4.10). No database, no clock."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from app.contractors.rules import Trade
from app.core.blockers import Blocker
from app.core.moves import move
from app.core.words import Say, Words, say
from app.renovation.applications.rules import WorkMode
from app.renovation.papers.rules import Listed
from app.renovation.permits.rules import PermitState


class PassState(Words):
    ISSUED = "issued", "有效"
    LOST = "lost", "已挂失"
    RETURNED = "returned", "已交回"
    REVOKED = "revoked", "已收回"


class Direction(Words):
    IN = "in", "进"
    OUT = "out", "出"


class GateResult(Words):
    ADMITTED = "admitted", "放行"
    REFUSED = "refused", "拒绝"


P = PassState
PASS_MOVES = {
    "report_lost": move(P.ISSUED, to=P.LOST),
    "take_back": move(P.ISSUED, P.LOST, to=P.RETURNED),
    "revoke": move(P.ISSUED, P.LOST, to=P.REVOKED),
}


@dataclass(frozen=True)
class PermitFacts:
    """The permit that a pass stands on."""

    state: PermitState
    valid_from: date
    valid_until: date
    mode: WorkMode = WorkMode.CONTRACTOR


@dataclass(frozen=True)
class WorkerFacts:
    """`trades`: what the worker does, of those that need a certificate; `certified`: the
    last day of the newest certificate by trade; `of_the_case`: works for its contractor, or
    for nobody in a self-managed case; `open_pass`: the number of the pass still out."""

    of_the_case: bool
    trades: Sequence[Trade] = ()
    certified: Mapping[Trade, date] | None = None
    open_pass: str | None = None


@dataclass(frozen=True)
class PassFacts:
    """One pass at the gate."""

    state: PassState
    valid_from: date
    valid_until: date
    inside: bool
    permit: PermitFacts


def blockers_to_issue(
    *, permit: PermitFacts, worker: WorkerFacts | None, valid_until: date | None, today: date
) -> list[Blocker]:
    """R-3.4.9, R-3.4.10: every reason why this worker gets no pass."""
    return [
        *_permit_not_valid(permit, today),
        *([] if worker is None else blockers_of_the_worker(permit, worker, today)),
        *_outside_dates(permit, valid_until, today),
    ]


def blockers_of_the_worker(permit: PermitFacts, worker: WorkerFacts, today: date) -> list[Blocker]:
    """R-3.4.9, R-3.4.10: what speaks against this worker, whatever the permit says."""
    blockers = []
    if not worker.of_the_case:
        blockers.append(
            Blocker("not_of_the_case", "R-3.4.9",
                    say("这名施工人员不属于本次装修的施工方。", "This worker does not belong to those who do this renovation."),
                    say("请选择该装修企业登记的人员；自行装修的选择无企业的人员。", "Choose a worker of the contractor, or of none when self-managed."))
        )  # fmt: skip
    if worker.open_pass:
        blockers.append(
            Blocker("pass_open", "R-3.4.9",
                    say("一人一证：此人已持有出入证 {number}。", "One person, one pass: {number} is still out.", number=worker.open_pass),
                    say("请先交回或收回原证。", "Take back or revoke that one first."))
        )  # fmt: skip
    if permit.mode is WorkMode.SELF_MANAGED:
        blockers += _certificates(worker, today)
    return blockers


def _certificates(worker: WorkerFacts, today: date) -> list[Blocker]:
    """R-3.4.10: a certificate holds to its last day, that day included."""
    held = worker.certified or {}
    missing = [trade for trade in worker.trades if held.get(trade, date.min) < today]
    if not missing:
        return []
    listed = Listed(tuple(trade.label for trade in missing))
    return [
        Blocker("certificate_missing", "R-3.4.10",
                say("自行装修的水电气施工人员须持有效证书：{listed}。", "A valid certificate is needed: {listed}.", listed=listed),
                say("请登记未过期的技能证书。", "Enter a certificate that has not run out."))
    ]  # fmt: skip


def _outside_dates(permit: PermitFacts, valid_until: date | None, today: date) -> list[Blocker]:
    if valid_until is None or today <= valid_until <= permit.valid_until:
        return []
    return [
        Blocker("outside_dates", "R-3.4.9",
                say("出入证须在今天与施工许可截止日 {on} 之间到期。", "It has to end between today and the permit's last day, {on}.", on=permit.valid_until),
                say("请更正有效期。", "Correct the date."))
    ]  # fmt: skip


def blockers_to_enter(facts: PassFacts, today: date, *, outside_hours: bool = False) -> list[Blocker]:
    """R-3.4.9: every reason why the gate stays shut."""
    blockers = []
    if facts.state is not PassState.ISSUED:
        blockers.append(
            Blocker("pass_not_open", "R-3.4.9",
                    say("此证{state}。", "This pass is: {state}.", state=facts.state.label),
                    say("请到物业服务中心办理。", "See the service centre."))
        )  # fmt: skip
    if not facts.valid_from <= today <= facts.valid_until:
        blockers.append(
            Blocker("pass_expired", "R-3.4.9",
                    say("此证有效期为 {a} 至 {b}。", "This pass holds from {a} to {b}.", a=facts.valid_from, b=facts.valid_until),
                    say("请到物业服务中心换证。", "Have it renewed at the service centre."))
        )  # fmt: skip
    blockers += _permit_not_valid(facts.permit, today)
    if facts.inside:
        blockers.append(
            Blocker("already_inside", "R-3.4.9",
                    say("副本在门岗，此人已在小区内。", "The gate holds the duplicate: this person is inside."),
                    say("请核对人证；先办理离开。", "Check the person against the pass; let them leave first."))
        )  # fmt: skip
    if outside_hours:
        blockers.append(
            Blocker("outside_hours", "R-3.4.9",
                    say("现在不是施工时间。", "It is not working time now."),
                    say("请在规定的施工时间内进入。", "Come back in working hours."))
        )  # fmt: skip
    return blockers


def blockers_to_leave(inside: bool) -> list[Blocker]:
    """R-3.4.9: whoever is not inside can't leave; an expired or lost pass keeps nobody in."""
    if inside:
        return []
    return [
        Blocker("not_inside", "R-3.4.9",
                say("门岗没有此证的副本，此人不在小区内。", "The gate holds no duplicate: this person is not inside."),
                say("请核对出入证号。", "Check the number of the pass."))
    ]  # fmt: skip


def is_expired(state: PassState, valid_until: date, today: date) -> bool:
    """R-3.4.9: a pass holds to its last day, that day included."""
    return state is PassState.ISSUED and valid_until < today


def blockers_to_end(inside: bool) -> list[Blocker]:
    """R-3.4.9: both parts come back together."""
    if not inside:
        return []
    return [
        Blocker("still_inside", "R-3.4.9",
                say("此人还在小区内，副本在门岗。", "This person is still inside; the gate holds the duplicate."),
                say("请先在门岗办理离开。", "Let them leave at the gate first."))
    ]  # fmt: skip


def _permit_not_valid(permit: PermitFacts, today: date) -> list[Blocker]:
    if permit.state is PermitState.VALID and permit.valid_from <= today <= permit.valid_until:
        return []
    how = permit.state.label if permit.state is not PermitState.VALID else _dates_of(permit)
    return [
        Blocker("permit_not_valid", "R-3.4.9",
                say("施工许可不在有效状态：{how}。", "The construction permit is not in force: {how}.", how=how),
                say("请先办理恢复施工或延期。", "Have the work resumed, or the permit extended."))
    ]  # fmt: skip


def _dates_of(permit: PermitFacts) -> Say:
    return say("{a} 至 {b}", "{a} to {b}", a=permit.valid_from, b=permit.valid_until)


def are_hours(value: Sequence[Any]) -> bool:
    """Whether these are spans of a day such as "08:00-12:00"."""
    return all(isinstance(each, str) and _is_span(each) for each in value)


def _is_span(text: str) -> bool:
    found = re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", text)
    return found is not None and text[:5] <= text[6:]


def are_days(value: Sequence[Any]) -> bool:
    """Whether these are days such as "2026-10-01"."""
    return all(isinstance(each, str) and _is_day(each) for each in value)


def _is_day(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False


def is_working_time(moment: time, day: date, hours: Sequence[str], holidays: Sequence[str]) -> bool:
    """Within one of `hours` ("08:00-12:00", its end not included), on a weekday and no holiday."""
    if day.weekday() >= 5 or str(day) in holidays:
        return False
    spans = [each.split("-") for each in hours]
    return any(time.fromisoformat(start) <= moment < time.fromisoformat(end) for start, end in spans)
