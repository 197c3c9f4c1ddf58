"""Whether words stand in both languages, and figures are those that rules ask for."""

import re
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import policy
from app.core.declaration import register_of
from app.core.doctor.finding import Finding
from app.core.kinds import BadValue, Kind
from app.core.policy import Policy
from app.core.queues import _all_queues as all_queues
from app.core.record import all_tables, fields
from app.core.verbs import verbs_of
from app.core.words import Say, say

HAN = re.compile(r"[\u4e00-\u9fff]")


def untranslated_labels(session: Session) -> Iterator[Finding]:
    """Of tables, registers and their parts, fields and their choices, verbs and what they ask, queues."""
    for where, word in _all_words():
        if not HAN.search(word.zh) or not word.en or HAN.search(word.en):
            yield Finding(
                "label",
                where,
                say("名称缺中文或英文：{w}。", "A word in one language only: {w}.", w=f"{word.zh} / {word.en}"),
            )


def _all_words() -> Iterator[tuple[str, Say]]:
    for table in all_tables():
        name, register = table.__tablename__, register_of(table.__tablename__)
        yield name, Say(table.__zh__, table.__en__ or "-")
        for spot in fields(table).values():
            yield f"{name}.{spot.name}", spot.label
            yield from _choices(f"{name}.{spot.name}", spot.kind)
        for verb in verbs_of(name).values():
            yield f"{name}.{verb.name}", verb.label
            for asked in verb.asks.values():
                yield f"{name}.{verb.name}.{asked.name}", asked.label
                yield from _choices(f"{name}.{verb.name}.{asked.name}", asked.kind)
        if register:
            yield f"{name} label", register.title()
            yield from ((f"{name} fieldsets", heading) for heading, _ in register.fieldsets)
    for queue in all_queues():
        yield f"{queue.table} queue {queue.verb}", queue.label


def _choices(where: str, kind: Kind) -> Iterator[tuple[str, Say]]:
    """A choice may be a name or a figure that is the same in every language."""
    for value, label in getattr(kind, "options", ()):
        if isinstance(label, Say) and HAN.search(f"{label.zh}{label.en}"):
            yield f"{where}={value}", label


def outdated_policies(session: Session) -> Iterator[Finding]:
    """Figures that no rule asks for, that no rule can use, or that the release has not entered yet."""
    standing = list(session.execute(select(Policy.name, Policy.value)).tuples())
    for name, value in standing:
        known = policy.declared().get(name)
        if known is None:
            yield Finding(
                "policy", name, say("没有规则再用这个参数。", "No rule asks for this figure any more."), must=False
            )
        elif not _usable(known, value):
            yield Finding("policy", name, say("规则用不了这个值：{v}。", "No rule can use this value: {v}.", v=value))
    for name in sorted(set(policy.declared()) - {name for name, _ in standing}):
        yield Finding(
            "policy", name, say("参数尚未登记。", "The figure is not entered yet."), "flask --app run release"
        )


def _usable(known: policy.Declared, value: object) -> bool:
    try:
        policy.read_value(known, value)
    except BadValue:
        return False
    return True
