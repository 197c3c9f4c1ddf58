"""A list asked by what its rows name: filtered by their fields, and sorted by what they are called.

    lead.source=walk_in   lead.designer.department.in=3,4   sort=designer

A field of another register is asked for where this person reads that register and sees the field in full, of
those of its rows that are in reach: whose lead is not, has no lead that walked in. The way is two relations
long at most. Sorting by a name reads and sorts the whole list, so it is offered only where that is little.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlalchemy import func, select

from app.core import here
from app.core.declaration import Declaration, register_of
from app.core.here import Person
from app.core.kinds import Relation
from app.core.memory import Kept
from app.core.reading import Column, columns_for
from app.core.record import table_named
from app.core.rights import may
from app.core.words import say
from app.extensions import db

MOST_STEPS = 2
#: rows of a register that are sorted in some hundredths of a second, whatever they are sorted by
SORTED_WHOLE = 50_000
_sizes: Kept[int] = Kept(500)


def usable_of(register: type[Declaration], person: Person) -> dict[str, Column]:
    """The columns that lists of this register may be searched, filtered and sorted by."""
    names = dict.fromkeys([*register.listed(), *register.filtered(), *register.searched(), *register.placed()])
    return {column.name: column for column in columns_for(register.model, list(names), person) if column.comparable}


def leads_on(column: Column, person: Person) -> type[Declaration] | None:
    """The register of the rows that a relation names, where this person reads it."""
    kind = column.field.kind
    if not isinstance(kind, Relation) or kind.many or not may(person, "read", kind.table):
        return None
    return register_of(kind.table)


def column_beyond(usable: Mapping[str, Column], name: str, person: Person, steps: int = 1) -> Column:
    """The column by its way, such as "lead.source". Raises KeyError where there is none for this person."""
    first, _, rest = name.partition(".")
    if steps > MOST_STEPS or not rest:
        raise KeyError(name)
    register = leads_on(usable[first], person)
    if register is None:
        raise KeyError(name)
    known = usable_of(register, person)
    column = known.get(rest) or column_beyond(known, rest, person, steps + 1)
    return _beyond(usable[first], column)


def _beyond(relation: Column, column: Column) -> Column:
    """A column as it is reached by a relation."""
    label = say("{a} › {b}", "{a} › {b}", a=relation.field.label, b=column.field.label)
    spot = replace(column.field, name=f"{relation.name}.{column.name}", label=label)
    return replace(column, field=spot, way=(relation.field, *column.way))


def offered(usable: Mapping[str, Column], person: Person) -> Iterator[tuple[Column, list[Column]]]:
    """Each relation, and the columns of the rows that it names."""
    for relation in usable.values():
        register = leads_on(relation, person)
        if register is not None:
            columns = [_beyond(relation, each) for each in usable_of(register, person).values()]
            yield relation, columns


# --- sorted by a name ------------------------------------------------------------------------


def by_name(register: type[Declaration], relation: Column, person: Person) -> Column | None:
    """What the rows are called that a relation names, as a column to sort by; None where it is not offered."""
    kind = relation.field.kind
    target = leads_on(relation, person)
    if target is None or not isinstance(kind, Relation) or relation.way or not is_sorted_whole(register):
        return None
    labels = columns_for(target.model, [target.model.__label__], person)
    if not labels or not labels[0].comparable or not labels[0].field.kind.sortable or labels[0].field.is_relation:
        return None
    spot = replace(labels[0].field, name=relation.name, label=relation.field.label)
    return replace(labels[0], field=spot, way=(relation.field,))


def is_sorted_whole(register: type[Declaration]) -> bool:
    """Whether the register is so small that it may be sorted by what no index of it holds."""
    return register.small or largest_id(register) <= SORTED_WHOLE


def largest_id(register: type[Declaration]) -> int:
    """No fewer than its rows, for the price of one look into an index; asked once a day and worker."""
    key = (str(db.session.get_bind().engine.url), register.table(), here.today())
    return _sizes.get(key, lambda: _largest_id(register))


def _largest_id(register: type[Declaration]) -> int:
    model = table_named(register.table())
    assert model is not None
    query = select(func.max(model.id)).execution_options(gate="open")
    return int(db.session.execute(query).scalar() or 0)
