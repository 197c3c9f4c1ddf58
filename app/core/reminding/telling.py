"""Who is told of which rows. Few rows are told one by one, many by how many they are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import colleagues, comments, gate, here, journal, narrowing, notices
from app.core.declaration import Declaration, register_of
from app.core.record import fields
from app.core.reminding import keeping
from app.core.reminding.keeping import Rule
from app.core.rights import may
from app.core.words import Say, say

#: rows of one transaction that one person is told of one by one; and that are looked at, at all
ONE_BY_ONE, MOST_ROWS = 3, 20_000
#: ids that one statement asks for
AT_ONCE = 500


def hear(session: Session, entries: Sequence[Mapping[str, Any]]) -> None:
    """What a transaction did, just before its commit."""
    happened: dict[Rule, dict[int, None]] = {}
    for entry in entries:
        if entry["row_id"] is None or entry["result"] != "done":
            continue
        for rule in keeping.in_force(entry["table_name"]):
            if entry["verb"] in rule.verbs:
                happened.setdefault(rule, {})[entry["row_id"]] = None
    for rule, ids in happened.items():
        tell(session, rule, list(ids)[:MOST_ROWS])


journal.listen(hear)


def tell(session: Session, rule: Rule, ids: Sequence[int], link: str = "") -> int:
    """Those whom it names and who may see the rows that it means; not who acts. `link`: where many of them are listed.
    Answers how many notices that were."""
    register = register_of(rule.table)
    if register is None:
        return 0
    named = _named(session, rule, register, ids)
    told = 0
    for staff_id in sorted(set(named) - {here.me().staff_id or 0}):
        seen = _in_reach(session, register, named[staff_id], staff_id)
        told += len(_say(session, rule, register, staff_id, seen, link or f"/{rule.table}/")) if seen else 0
    return told


def _named(session: Session, rule: Rule, register: type[Declaration], ids: Sequence[int]) -> dict[int, list[int]]:
    """Member of staff -> the rows, of those that fulfil the condition."""
    model, known = register.model, fields(register.model)
    columns = [getattr(model, known[name].attribute) for name in rule.people if name in known]
    in_roles = colleagues.in_roles(session, rule.roles) if rule.roles else []
    found: dict[int, list[int]] = {}
    with here.in_whole_sight():
        for some in _some(ids):
            query = select(model.id, *columns).where(model.id.in_(some)).order_by(model.id)
            if rule.condition:
                query = query.where(narrowing.holds(model, rule.table, rule.condition))
            for row_id, *people in session.execute(query).all():
                for staff_id in {*in_roles, *people} - {None}:
                    found.setdefault(staff_id, []).append(row_id)
    return found


def _in_reach(session: Session, register: type[Declaration], ids: Sequence[int], staff_id: int) -> list[int]:
    """Of these rows those that the colleague may open."""
    person = colleagues.person_of(session, staff_id)
    if person is None:
        return []
    with here.acting_as(person):
        if not may(person, "read", register.table()):
            return []
        model = register.model
        return [
            key
            for some in _some(ids)
            for key in session.execute(select(model.id).where(model.id.in_(some)).order_by(model.id)).scalars()
        ]


def _say(
    session: Session, rule: Rule, register: type[Declaration], staff_id: int, ids: Sequence[int], link: str
) -> list[notices.Notice]:
    """Numbers only: a name may be somebody's personal data."""
    head = Say(rule.zh, rule.en)
    if len(ids) > ONE_BY_ONE:
        told = say("{head}：{n} 条{what}。", "{head}: {n} × {what}.", head=head, n=len(ids), what=register.word())
        return notices.tell(session, [staff_id], told, link)
    with here.as_house():
        rows = gate.reachable(session, register.model, list(ids))
    return [
        notice
        for row in rows
        for notice in notices.tell(
            session, [staff_id], say("{head}：{what}。", "{head}: {what}.", head=head, what=comments.numbered(register, row)),
            f"/{rule.table}/{row.id}",
        )
    ]  # fmt: skip


def _some(ids: Iterable[int]) -> Iterator[list[int]]:
    each = list(ids)
    return (each[start : start + AT_ONCE] for start in range(0, len(each), AT_ONCE))
