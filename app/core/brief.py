"""A record in one line: what it is called and the first facts that its list tells of it.

For the inbox, the command box and wherever else a record is named among others.
"""

from app.core.about import about
from app.core.declaration import Declaration
from app.core.kinds import Money, YesNo
from app.core.reading import Link, Seen
from app.core.record import fields

FACTS = 2


def brief_columns(register: type[Declaration], *more: str) -> list[str]:
    """Its label, the first facts of its list and its first amount, and `more`. A yes or no says nothing without
    the head of its column."""
    label = register.model.__label__
    known = fields(register.model)
    facts = [
        name for name in register.listed()
        if name not in (label, "state", *more) and not isinstance(known[name].kind, YesNo)
    ]  # fmt: skip
    amounts = [name for name in facts[FACTS:] if isinstance(known[name].kind, Money)][:1]
    return [label, *facts[:FACTS], *amounts, *(name for name in more if name != label)]


def label_of(register: type[Declaration], row: Seen) -> str:
    name = register.model.__label__
    return (row.shown(name) if name in row.columns else "") or str(row.id)


def facts_of(register: type[Declaration], row: Seen) -> list[str]:
    """What stands beside the label, masked where it has to be; empty ones are left out."""
    label = register.model.__label__
    return [fact for name in row.columns if name != label and (fact := row.shown(name))]


def named_by(register: type[Declaration]) -> list[str]:
    """By what a record is called among others: its label, and whom or what it is about where that is a number;
    without either its first fact and what it belongs to, `2026-11-27 10:30 李依诺`."""
    label = register.model.__label__
    if label == "id":
        known = fields(register.model)
        belongs = next((n for n in register.listed() if known[n].is_relation and not known[n].many), "")
        return list(dict.fromkeys(filter(None, [about(register), belongs]))) or ["id"]
    return [label, *([on] if label == "number" and (on := about(register)) else [])]


def called(register: type[Declaration], row: Seen) -> str:
    """`KH-2026-000044 李依诺`, of what `named_by` names, as far as this person sees it."""
    words = (said(row, name) for name in named_by(register) if name in row.columns)
    return " ".join(each for each in words if each) or str(row.id)


def said(row: Seen, name: str) -> str:
    """Of what is about a lead its customer: one number is enough."""
    held = row.values.get(name)
    return held.about if isinstance(held, Link) and held.about else row.shown(name)
