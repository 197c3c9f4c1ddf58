"""Long forms and records in parts with headings: what a register's `fieldsets` declares, and an admin says of added fields.

    fieldsets = (
        (say("客户", "Customer"), "customer_name phone estate_name"),
        (say("跟进", "Follow-up"), "touched_on next_contact_on"),
    )

A short one stays whole. What is named nowhere stands at the end, before what the house itself keeps of a row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from app.core.declaration import Declaration, names
from app.core.record import SYSTEM
from app.core.words import Say, say

#: so many fields are seen at a glance
SHORT = 9
FACTS, MORE, KEPT = say("基本情况", "Facts"), say("补充信息", "More"), say("登记信息", "Entry")


class Named(Protocol):
    """A field of a form, or a column of a record."""

    @property
    def name(self) -> str: ...


Spot = TypeVar("Spot", bound=Named)


@dataclass(frozen=True)
class Fieldset(Generic[Spot]):
    """A part; `key` is what it is known by when a person folds it. Without a label it is all there is."""

    key: str
    label: Say | None
    spots: Sequence[Spot]

    def wrong(self, faults: Iterable[str]) -> int:
        """How many of its fields something is wrong with."""
        among = set(faults)
        return sum(1 for each in self.spots if each.name in among)


def parted(register: type[Declaration], spots: Sequence[Spot]) -> list[Fieldset[Spot]]:
    """The fields in their parts, none of them empty."""
    if len(spots) <= SHORT:
        return [Fieldset("", None, spots)]
    found = _grouped(register, spots)
    return found if len(found) > 1 else [Fieldset("", None, spots)]


def laid_out(register: type[Declaration], spots: Sequence[Spot], others: int) -> list[Fieldset[Spot]]:
    """The parts of a form that has them as tabs or steps, each with a heading, with so many `others` beside them;
    of one that has a single part, nothing is to be laid out."""
    found = _grouped(register, spots)
    if {part.key for part in found} <= {"more", "kept"}:
        found = [Fieldset("facts", FACTS, spots)] if spots else []
    return found if len(found) + others > 1 else parted(register, spots)


def _grouped(register: type[Declaration], spots: Sequence[Spot]) -> list[Fieldset[Spot]]:
    labels, where = _declared(register)
    known = register.fields()
    for each in spots:
        part = known[each.name].part if each.name in known else None
        if part is not None and each.name not in where:
            key = next((key for key, label in labels.items() if label.zh == part.zh), f"part_{each.name}")
            labels.setdefault(key, part)
            where[each.name] = key
    ends = {"more": MORE, "kept": KEPT}
    of = {each.name: where.get(each.name) or ("kept" if each.name in SYSTEM else "more") for each in spots}
    return [
        Fieldset(key, label, [each for each in spots if of[each.name] == key])
        for key, label in {**labels, **ends}.items()
        if key in of.values()
    ]


def _declared(register: type[Declaration]) -> tuple[dict[str, Say], dict[str, str]]:
    """key -> label, and name of a column -> key: the first column's name, which outlives a new heading."""
    labels: dict[str, Say] = {}
    where: dict[str, str] = {}
    for label, columns in register.fieldsets:
        key = names(columns)[0]
        labels[key] = label
        where |= dict.fromkeys(names(columns), key)
    return labels, where


def keys_of(register: type[Declaration]) -> set[str]:
    """By what its parts may be known."""
    return {
        "more",
        "kept",
        *_declared(register)[0],
        *(f"part_{name}" for name, spot in register.fields().items() if spot.part),
    }
