"""Children 子表: rows of related registers that are typed in their parent's form, and saved with it.

Which they are follows from the declarations: a related register whose rows can't be without this parent,
are entered by hand in a few fields, and are neither numbered papers nor parents of anything but such rows. A register
names others, or none, by `children`. A row may bring its own children, one level below it (core/child_names.py),
unless its register says `nested = False`: a worker of a contractor the certificates.

How they come back and are saved: core/child_rows.py. Of many rows a form shows a page; those of other pages are left
alone.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.core import here, saving
from app.core.child_names import DEPTH
from app.core.declaration import Declaration, names, register_of
from app.core.ordering import Order, order_of
from app.core.record import Field
from app.core.rights import may

#: a row of more fields than this is entered on its own form
MOST_FIELDS = 6
#: rows that stand and are shown in a form, and below one of its rows; the others are in their list
MOST_SHOWN, MOST_BELOW = 20, 10
#: new rows that one form may bring, and below its rows
MOST_NEW, MOST_NEW_BELOW = 50, 100


@dataclass(frozen=True)
class Children:
    """One related register in its parent's form, as the person at it may use it."""

    register: type[Declaration]
    #: the field of theirs that names the parent
    relation: str
    #: the tables in whose form, and below whose rows, they stand
    above: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return self.register.table()

    @cached_property
    def order(self) -> Order | None:
        return order_of(self.register.model, self.relation)

    @cached_property
    def adds(self) -> bool:
        return may(here.me(), "add", self.table)

    @cached_property
    def edits(self) -> bool:
        return may(here.me(), "edit", self.table)

    @cached_property
    def deletes(self) -> bool:
        return may(here.me(), "delete", self.table)

    @property
    def is_nested(self) -> bool:
        return len(self.above) > 1

    @cached_property
    def all_below(self) -> list["Children"]:
        """Those whose rows stand below one of these in the form, which this person may read."""
        if len(self.above) >= DEPTH or not self.register.nested:
            return []
        return all_of(self.register, self.above)

    @cached_property
    def below(self) -> list["Children"]:
        """And enter or edit."""
        return [each for each in self.all_below if each.is_typed]

    @property
    def is_typed(self) -> bool:
        return self.adds or self.edits or bool(self.below)

    @property
    def parent(self) -> Any:
        """The column that names the parent."""
        return getattr(self.register.model, self.register.fields()[self.relation].attribute)

    @property
    def most_new(self) -> int:
        return MOST_NEW_BELOW if self.is_nested else MOST_NEW

    def told(self) -> list[str]:
        """What is shown of a row of which nothing is typed: it is there for the rows below it."""
        known = self.register.fields()
        return [name for name in self.register.typed_in() if name != self.relation and not known[name].many]

    def spots(self, *, editing: bool) -> dict[str, Field]:
        """The fields of a row that this person may type."""
        typed = saving.writable(self.register, editing=editing)
        return {spot.name: spot for spot in typed if spot.name != self.relation and not spot.many}


# --- which they are -----------------------------------------------------------------------


def of(register: type[Declaration]) -> list[Children]:
    """Those that this person may read, and enter or edit, they or the rows below them."""
    return [each for each in all_of(register) if each.is_typed]


def all_of(register: type[Declaration], above: tuple[str, ...] = ()) -> list[Children]:
    """Those that this person may read."""
    if not (register.entered_by_hand and register.form_template == "form.html"):
        return []
    above = (*above, register.table())
    found = []
    for named in names(register.related if register.children is None else register.children):
        table, _, relation = named.partition(".")
        other = register_of(table)
        if other is None or table in above or not (register.children is not None or is_part(other, relation)):
            continue
        if may(here.me(), "read", table):
            found.append(Children(other, relation, above))
    return found


def is_part(register: type[Declaration], relation: str, below: int = DEPTH - 1) -> bool:
    """Whether rows of the register are parts of the row that `relation` names, and of nothing greater. What is related
    to them may be parts of them in turn, `below` times."""
    spots, typed = register.fields(), register.typed_in()
    if relation not in typed or register.form_template != "form.html" or not register.inline:
        return False
    column = register.model.__table__.c[spots[relation].attribute]
    fits = len(typed) - 1 <= MOST_FIELDS and not any(spots[name].many for name in typed)
    return not column.nullable and not _is_greater(register, below) and fits


def _is_greater(register: type[Declaration], below: int) -> bool:
    """Whether its rows are papers of their own, or parents of more than their parts."""
    if register.model.__series__:
        return True
    for named in names(register.related):
        table, _, relation = named.partition(".")
        other = register_of(table)
        if not below or other is None or not is_part(other, relation, below - 1):
            return True
    return False
