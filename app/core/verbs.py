"""A verb 办理: one change of state by one person. One class per verb, one runner for all.

    class Reject(Verb):
        \"\"\"R-3.1.5: an application that can't be granted.\"\"\"
        table, label, moves = "renovation_application", say("驳回", "Reject"), APPLICATION_MOVES
        reason = ask(LongText(size=500), "原因")

        def blockers(self, row, act, reason=None): ...   # optional: what the rule book says
        def do(self, row, act, reason): ...              # optional: what changes besides the state

The class name spelled `snake_case` is the verb's name everywhere: right, API path, command
line, journal. `moves` maps verb names to `Move`; the runner asks the state, sets the new one.
A verb never commits, flashes or reads the request; the button, the bulk bar, the API and the
command line all go through `core/runner.py`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.core import here, kinds
from app.core.blockers import Blocker
from app.core.here import Person
from app.core.moves import Move, wrong_state
from app.core.record import Record
from app.core.words import Say, Words, say, spelled_out

#: which rows of the other table a relation offers: a condition, or of few each with what is said of it, in the order
#: in which they are offered; all without either
Offered = ColumnElement[bool] | Mapping[int, str] | None
#: what the rules of a verb say of that, for the rows that it is to be done with: of none, what holds for all
Among = Callable[["Act", Sequence[Any]], Offered]


@dataclass(frozen=True)
class Ask:
    """One parameter of a verb: read by its kind, asked for in the verb's dialog."""

    kind: kinds.Kind
    label: Say
    required: bool = True
    help: Say | None = None
    name: str = ""
    #: when it matters, by another parameter: "decision=reassign" (core/mattering.py)
    when: str = ""
    #: what a relation offers (core/offering.py); the rules refuse the others all the same
    among: Among | None = None


def ask(
    kind: kinds.Kind, zh: str, en: str = "", *, required: bool = True, help: Say | None = None, when: str = "",
    among: Among | None = None,
) -> Any:  # fmt: skip
    return Ask(kind, Say(zh, en), required, help, when=when, among=among)


def reason(zh: str = "原因", en: str = "Reason") -> Any:
    """Why: required of every verb that refuses, stops, voids or takes back."""
    return ask(kinds.LongText(size=500), zh, en)


@dataclass
class Act:
    """One verb being done: by whom, when, and what it may ask of the house."""

    db: Session
    person: Person
    at: datetime = field(default_factory=here.now)
    _figures: dict[Any, Any] = field(default_factory=dict, repr=False)
    #: where acts are taken back: row -> what stood before its act (core/undoing.py)
    back: Mapping[int, Any] = field(default_factory=dict, repr=False)
    #: the job as which what was begun goes on
    job: Any = field(default=None, repr=False)

    @property
    def today(self) -> date:
        return here.in_house_time(self.at).date()

    @property
    def by_id(self) -> int:
        """The member of staff who acts. The runner has made sure that there is one."""
        assert self.person.staff_id is not None
        return self.person.staff_id

    def policy(self, name: str, *, on: date | None = None, estate_id: int | None = None) -> Any:
        """The number of the rule book in force on a day (today unless given)."""
        from app.core.policy import in_force

        key = (name, on or self.today, estate_id)
        if key not in self._figures:
            self._figures[key] = in_force(self.db, *key)
        return self._figures[key]

    def policies(self, *names: str) -> dict[str, Any]:
        """Several of today's figures at once."""
        from app.core.policy import all_in_force

        return all_in_force(self.db, names, self.today)

    def number(self, series: str) -> str:
        """The next number of a document: unique, without gaps, in this transaction."""
        from app.core.numbering import next_number

        return next_number(self.db, series, self.today.year)


class Verb:
    """See the module's docstring. `many`: takes a list of rows and no single one.
    `creates`: is done on the table, with no row (`POST /api/v1/charge/take_payment`)."""

    table: ClassVar[str]
    name: ClassVar[str]
    label: ClassVar[Say]
    moves: ClassVar[Mapping[str, Move]] = {}
    clause: ClassVar[str] = ""
    asks: ClassVar[Mapping[str, Ask]] = {}
    many: ClassVar[bool] = False
    #: goes on as a job on its record (core/long_verbs.py)
    by_job: ClassVar[bool] = False
    danger: ClassVar[bool] = False
    icon: ClassVar[str] = "check"
    #: the verb of the same table that takes this one back, where the dictionary has one
    undo: ClassVar[str] = ""
    #: the verb's dialog page, when the plain one does not do (the dispatch board)
    template: ClassVar[str] = "verb.html"

    def __init_subclass__(cls) -> None:
        if "label" not in vars(cls):
            return  # a shared base of several verbs
        cls.name = vars(cls).get("name") or re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        found = {
            key: each for base in reversed(cls.__mro__) for key, each in vars(base).items() if isinstance(each, Ask)
        }
        cls.asks = {key: _named(key, each) for key, each in found.items()}
        _verbs.setdefault(cls.table, {})[cls.name] = cls()

    @property
    def move(self) -> Move | None:
        return self.moves.get(self.name)

    @property
    def moves_on(self) -> bool:
        """Whether it leads to another state: what a clerk most likely came for."""
        return self.move is not None and self.move.end not in (None, *self.move.start)

    def state_blockers(self, row: Any) -> list[Blocker]:
        if self.move is None:
            return []
        state_words = type(next(iter(self.move.start)))
        return wrong_state(self.move, state_words(row.state), self.clause)

    def lock(self, row: Any, act: Act, **params: Any) -> None:
        """Locks what the rules count, before they count it."""

    def blockers(self, row: Any, act: Act, **params: Any) -> Sequence[Blocker]:
        """Every reason why not. Also asked before the parameters are known: those not yet
        given are missing from `params`, so give them defaults of None."""
        return []

    def choices(self, row: Any, act: Act) -> dict[str, Any]:
        """What may be chosen for the parameters, as plain JSON values, with reasons."""
        return {}

    def told(self, row: Any, act: Act) -> Sequence[Say]:
        """What does not stop it and whoever does it has to know: it stands in the dialog, and among `choices`."""
        return []

    def defaults(self, row: Any, act: Act) -> dict[str, Any]:
        """What the dialog proposes for the parameters."""
        return {}

    def next_state(self, row: Any, act: Act, **params: Any) -> Words | None:
        """Where it leads; the table of moves knows, unless it depends on the row."""
        return self.move.end if self.move else None

    def refused(self, row: Any, act: Act, blockers: Sequence[Blocker]) -> None:
        """What is kept of a refused try, beside its line in the journal."""

    def do(self, row: Any, act: Act, **params: Any) -> Record | None:
        """Make the change. May answer the record to be shown (a new receipt)."""
        return None


def second_person(row: Any, act: Act) -> list[Blocker]:
    """Whoever entered a record is not the one who does this with it."""
    if row.created_by_id != act.person.staff_id:
        return []
    return [
        Blocker(
            "another_person", "",
            say("本人登记的记录须由他人办理。", "Somebody else has to do this on a record that you entered."),
            say("请有此权限的其他同事办理。", "Ask a colleague who has this verb."),
        )
    ]  # fmt: skip


def _named(key: str, each: Ask) -> Ask:
    label = each.label if each.label.en else Say(each.label.zh, spelled_out(key))
    return replace(each, label=label, name=key)


_verbs: dict[str, dict[str, Verb]] = {}


def forget(table: str) -> None:
    """The verbs of a register without code, before they are declared anew or when it is archived."""
    _verbs.pop(table, None)


def verbs_of(table: str) -> Mapping[str, Verb]:
    """Every verb of a table by name, in the order they are written."""
    return _verbs.get(table, {})


def verb_named(table: str, name: str) -> Verb | None:
    return _verbs.get(table, {}).get(name)


def all_verbs() -> list[Verb]:
    return [verb for verbs in _verbs.values() for verb in verbs.values()]


def any_verb_named(name: str) -> Verb | None:
    """The first verb of that name, on whatever table."""
    return next((verbs[name] for verbs in _verbs.values() if name in verbs), None)
