"""`flask settle`: a register that an admin made in the browser, as code (what is written: settled_code.py).

    flask --app run settle key_loan --into people

The register keeps its name: addresses, API, journal, comments, saved views, rights that an admin changed and
notices go on as they are. Its rows move with the migration, at the next release (core/made/moving.py).
"""

import keyword
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS as RESERVED_BY_POSTGRESQL
from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer
from sqlalchemy.orm import Session

from app.core.added.definitions import OTHERS, AddedField, AddedKind, usual_level
from app.core.added.kinds import words_of
from app.core.answers import Refusal
from app.core.made.definitions import MadeRecord, MadeRegister
from app.core.made.loading import is_free
from app.core.made.verbs import moves_of
from app.core.rights import WRITE
from app.core.words import say

RESERVED_WORDS = frozenset(RESERVED_BY_POSTGRESQL) | frozenset(SQLiteIdentifierPreparer.reserved_words)
#: what the modules of a register import by name
IMPORTED = frozenset({"Decimal", "Mapped", "Record", "Register"})


@dataclass(frozen=True)
class Spot:
    """One field, as it is written down."""

    name: str
    kind: str
    zh: str
    en: str
    places: int
    required: bool
    personal: bool
    listed: bool
    choices: tuple[Mapping[str, Any], ...]
    levels: Mapping[str, str]
    #: the part of a long form: Chinese, English; empty where it was not said
    part: tuple[str, str] = ("", "")
    #: when it matters (core/mattering.py)
    only: str = ""

    @property
    def attribute(self) -> str:
        return f"{self.name}_id" if self.kind in (AddedKind.PERSON, AddedKind.FILE) else self.name

    @property
    def is_sorted(self) -> bool:
        return self.kind not in (
            AddedKind.LONG_TEXT,
            AddedKind.SEVERAL,
            AddedKind.YES_NO,
            AddedKind.PERSON,
            AddedKind.FILE,
            AddedKind.JSON,
        )

    @property
    def is_text(self) -> bool:
        return self.kind in (AddedKind.TEXT, AddedKind.LONG_TEXT)

    @property
    def has_levels(self) -> bool:
        """Whether anybody may do less with it than with a column of its kind."""
        return self.personal or self.kind == AddedKind.FILE or set(self.levels.values()) != {WRITE}


@dataclass(frozen=True)
class Settled:
    """The register, as it is written down."""

    name: str
    zh: str
    en: str
    icon: str
    heading: str
    form_layout: str
    series: str
    states: tuple[Mapping[str, Any], ...]
    verbs: tuple[Mapping[str, Any], ...]
    rights: Mapping[str, Mapping[str, Any]]
    queues: tuple[Mapping[str, Any], ...]
    spots: tuple[Spot, ...]
    into: str

    @cached_property
    def class_name(self) -> str:
        return "".join(part.title() for part in self.name.split("_"))

    @property
    def package(self) -> str:
        return f"app.{self.into}.{self.name}" if self.into else f"app.{self.name}"

    @property
    def folder(self) -> str:
        return self.package.replace(".", "/")

    @property
    def first(self) -> str:
        return str(self.states[0]["value"])

    def words(self, spot: Spot) -> str:
        """The name of the class that holds a choice's values."""
        return self.class_name + "".join(part.title() for part in spot.name.split("_"))


def read(session: Session, name: str, into: str) -> Settled:
    """The definition as it stands. Raises Refusal."""
    found = session.execute(select(MadeRegister).where(MadeRegister.name == name)).scalar_one_or_none()
    if found is None:
        raise Refusal(
            say("没有这个自建登记簿：{n}。", "No register of this name was made in the browser: {n}.", n=name)
        )
    if not is_free(name):
        raise Refusal(say("{n} 已经是程序里的登记簿。", "{n} is a register of the code already.", n=name))
    if found.archived:
        raise Refusal(say("{n} 已归档，请先恢复。", "{n} is archived; restore it first.", n=name))
    words = words_of(name, found.states)
    moving = moves_of(found, words)
    verbs = tuple(each for each in found.verbs if each["name"] in moving)
    query = select(AddedField).where(AddedField.table_name == name, AddedField.archived.is_(False))
    spots = session.execute(query.order_by(AddedField.place, AddedField.id)).scalars()
    settled = Settled(
        name, found.zh, found.en, found.icon, found.heading, found.form_layout, found.series, _offered_first(found.states), verbs,
        _rights(found, {each["name"] for each in verbs}), tuple(q for q in found.queues if q["verb"] in moving),
        tuple(_spot(each) for each in spots if not each.sealed), into,
    )  # fmt: skip
    _refuse_reserved_words(settled)
    return replace(settled, spots=tuple(_wide_enough(session, settled, spot) for spot in settled.spots))


def _spot(each: AddedField) -> Spot:
    levels = {OTHERS: usual_level(each.kind, each.personal), **each.levels}
    return Spot(
        each.name, each.kind, each.zh, each.en, each.places, each.required, each.personal, each.listed,
        _offered_first(each.choices), levels, (each.part_zh, each.part_en or each.part_zh), each.only,
    )  # fmt: skip


def _offered_first(choices: list[dict[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """What is no longer offered can still be read; it is said so."""
    gone = [
        {**each, "zh": f"{each['zh']}（停用）", "en": f"{each['en']} (no longer used)"}
        for each in choices
        if each.get("gone")
    ]
    return (*(each for each in choices if not each.get("gone")), *gone)


def _rights(found: MadeRegister, verbs: set[str]) -> dict[str, dict[str, Any]]:
    """Without verbs whose states are gone."""
    own = {each["name"] for each in found.verbs} - verbs
    return {
        role: {**given, "verbs": " ".join(each for each in given["verbs"].split() if each not in own)}
        for role, given in found.rights.items()
    }


def _wide_enough(session: Session, settled: Settled, spot: Spot) -> Spot:
    """A number has as many places as any that was ever entered, whatever is asked for now."""
    if spot.kind != AddedKind.NUMBER:
        return spot
    places = spot.places
    for (extra,) in session.execute(select(MadeRecord.extra).where(MadeRecord.register == settled.name)):
        value = (extra or {}).get(spot.name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            exponent = Decimal(str(value)).normalize().as_tuple().exponent
            places = max(places, -exponent if isinstance(exponent, int) else 0)
    return replace(spot, places=places)


def _refuse_reserved_words(settled: Settled) -> None:
    """What Python or one of the databases means by itself: indexes and checks write the names of columns bare."""
    names = [settled.name, *(spot.attribute for spot in settled.spots)]
    wrong = [name for name in names if keyword.iskeyword(name) or name in RESERVED_WORDS]
    if keyword.iskeyword(settled.class_name) or settled.class_name in IMPORTED:
        wrong.append(settled.class_name)
    if wrong:
        raise Refusal(
            say(
                "{w} 是 Python 或 SQL 的保留字，不能用作程序里的名称。",
                "{w}: a word of Python or SQL, which code can't be named after.",
                w=", ".join(dict.fromkeys(wrong)),
            )
        )
