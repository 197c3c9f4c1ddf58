"""Policy 参数: the numbers that the rules use, dated, kept by the admin.

A rule never holds such a number itself. Each name is declared once by its domain with the
source's figure; the admin adds dated rows; an old case keeps the numbers of its day.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, Engine, Index, UniqueConstraint, event, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session

from app.core import editions, kinds
from app.core.columns import column, on_date, ref, text
from app.core.constraints import means
from app.core.kinds import BadValue
from app.core.record import Record
from app.core.words import Say, Words, say

OTHERS = say("其他", "Others")


@dataclass(frozen=True)
class Declared:
    """A policy's name, kind, the source's figure, its clause and what people call it; `fits` tells
    of a list whether the rule can use it."""

    name: str
    kind: kinds.Kind
    default: Any
    label: Say
    clause: str
    fits: Callable[[Any], bool] | None = None
    #: how a list is entered on its page: as "choices", "days", "hours" or "ranks"
    entered: str = ""
    #: of choices and ranks: the words that may be chosen
    words: type[Words] | None = None
    heading: Say = OTHERS


_declared: dict[str, Declared] = {}
_heading = [OTHERS]


def heading(zh: str, en: str) -> None:
    """Of the domain whose figures are declared next."""
    _heading[:] = [Say(zh, en)]


def declare(
    name: str, kind: kinds.Kind, default: Any, zh: str, en: str, clause: str, fits: Callable[[Any], bool] | None = None,
    *, entered: str = "", words: type[Words] | None = None,
) -> None:  # fmt: skip
    words = words or getattr(fits, "words", None)
    entered = entered or ("choices" if words else "")
    _declared[name] = Declared(name, kind, default, Say(zh, en), clause, fits, entered, words, _heading[0])


@dataclass(frozen=True)
class each_of:  # noqa: N801 (it reads as a rule where it is used)
    """For `fits`: a list of these words, each once."""

    words: type[Words]

    def __call__(self, value: Any) -> bool:
        known = {str(word) for word in self.words}
        return all(isinstance(each, str) and each in known for each in value) and len(set(value)) == len(value)


def declared() -> Mapping[str, Declared]:
    return _declared


class Policy(Record):
    """One figure of the rule book, from a day on; for one estate or for all."""

    __tablename__ = "policy"
    __zh__ = "规则参数"
    __label__ = "name"
    __table_args__ = (
        UniqueConstraint("name", "estate_id", "valid_from"),
        # a unique constraint takes two empty estates for different ones
        Index(
            "uq_policy_of_all_estates", "name", "valid_from", unique=True,
            sqlite_where=sql("estate_id IS NULL"), postgresql_where=sql("estate_id IS NULL"),
        ),
    )  # fmt: skip

    name: Mapped[str] = text("参数", 64, index=True)
    estate_id: Mapped[int | None] = ref("estate", "小区")
    valid_from: Mapped[date] = on_date("自何日起", en="From")
    value: Mapped[Any] = column(JSON(none_as_null=True), kinds.Anything(), "值", nullable=False)
    note: Mapped[str | None] = text("说明", 200)


STANDS = say(
    "这一天起已有一个值，请在「各期的值」里修改那一行。",
    "A value stands from that day: edit its row in “Values by date”.",
)
for told in (
    "uq_policy_of_all_estates",
    "policy.name, policy.valid_from",
    "uq_policy_name",
    "policy.name, policy.estate_id",
):
    means(told, "valid_from", STANDS)  # as PostgreSQL and as SQLite say it

#: (from which day, of which estate, the figure), newest first, by name
Figures = dict[str, list[tuple[date, int | None, Any]]]
_NAME = "policy"
_OWN = "figures"  # in the info of a session that has changed some: it asks the database
#: of each database: the edition they were read of, and all figures
_kept: WeakKeyDictionary[Engine, tuple[str, Figures]] = WeakKeyDictionary()


def in_force(session: Session, name: str, on: date, estate_id: int | None = None) -> Any:
    """The figure in force on a day: the estate's own if it has one, else the company's, else
    the one the domain was born with. KeyError for a name no domain declared."""
    default = _declared[name].default
    found = [each for each in _figures(session).get(name, ()) if each[0] <= on and each[1] in (estate_id, None)]
    own = [each for each in found if each[1] is not None]
    return (own or found)[0][2] if found else default


def all_in_force(session: Session, names: Iterable[str], on: date) -> dict[str, Any]:
    """The company's figures in force on a day, several at once."""
    return {name: in_force(session, name, on) for name in names}


def _figures(session: Session) -> Figures:
    """All of them: they are few, and asked at every turn. Kept until a newer edition is heard of."""
    if session.info.get(_OWN):
        return _read_figures(session)
    database = session.get_bind().engine
    kept = _kept.get(database)
    if kept is None or kept[0] < editions.mark_of(_NAME):
        # The mark first: what is read after it is not older.
        kept = _kept[database] = editions.mark_in(session, _NAME), _read_figures(session)
    return kept[1]


def _read_figures(session: Session) -> Figures:
    query = (
        select(Policy.name, Policy.valid_from, Policy.estate_id, Policy.value)
        .order_by(Policy.valid_from.desc(), Policy.id.desc())
        .execution_options(gate="open")
    )
    figures: Figures = {}
    for name, day, estate_id, value in session.execute(query):
        figures.setdefault(name, []).append((day, estate_id, value))
    return figures


@event.listens_for(Session, "after_flush")
def _a_figure_changes(session: Session, *_: Any) -> None:
    if any(isinstance(row, Policy) for row in (*session.new, *session.dirty, *session.deleted)):
        session.info[_OWN] = True
        editions.changed(session, _NAME)


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _it_has_changed(session: Session) -> None:
    if session.info.pop(_OWN, None):
        forget(session.get_bind().engine)


def forget(database: Engine) -> None:
    """Figures have changed; to be called by who changes them behind the session's back."""
    _kept.pop(database, None)


editions.loader(_NAME, lambda _: None)  # read when a rule asks next


def read_value(known: Declared, raw: Any) -> Any:
    """What the admin typed, as the rule uses it: money in fen, lists as JSON. Raises BadValue."""
    if isinstance(known.default, list):
        return _read_list(known, raw)
    value = known.kind.read(raw) if isinstance(raw, str) else known.kind.read_json(raw)
    if value is None:
        raise BadValue(say("必须填写。", "This is required."))
    return known.kind.to_json(value)


def _read_list(known: Declared, raw: Any) -> list[Any]:
    """A rule that meets what it can't use would break at a clerk's desk: it is refused here."""
    try:
        value = json.loads(raw) if isinstance(raw, str) else raw
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, list) or (known.fits is not None and not known.fits(value)):
        like = json.dumps(known.default, ensure_ascii=False)
        raise BadValue(say("须为 JSON 列表，格式如 {like}。", "A JSON list is needed, like {like}.", like=like))
    return value
