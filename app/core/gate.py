"""The one gate for rows: which rows of a table a person may reach.

Every ORM statement of every session passes here. A table that declares no scope for a
person's roles shows that person nothing: default deny. Nor does a table that none of the
roles may read, not even as the label of a relation. The house itself (`here.as_house`)
sees everything; rules are asked in its name, rows are named in the person's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, and_, event, false, inspect, or_, select, true
from sqlalchemy.orm import ORMExecuteState, Session, aliased, with_loader_criteria
from sqlalchemy.sql import visitors

from app.core import here
from app.core.here import Person
from app.core.kinds import Relation
from app.core.record import Record, fields, table_named
from app.core.rights import reads, standing
from app.core.words import Say, joined, say

#: a scope answers which rows of `model` (or an alias of it) this person may reach
Scope = Callable[[Any, Person], ColumnElement[bool]]
Scopes = Mapping[str, Scope]

ALL_ROWS = true()
#: how a scope is told: for which model -> the sentence
Telling = Callable[[Any], Say]
Own = TypeVar("Own", bound=Callable[..., Any])
_scopes: dict[str, Scopes] = {}


def declare(table: str, rows: Scopes) -> None:
    """`rows`: role -> scope. A person with several roles sees the union."""
    _scopes[table] = rows


def declared() -> Mapping[str, Scopes]:
    return _scopes


def told(zh: str, en: str) -> Callable[[Own], Own]:
    """Which rows a domain's own scope lets through, in words: for whoever asks why."""
    return phrased(lambda _: Say(zh, en))


def phrased(words: Telling) -> Callable[[Own], Own]:
    """The same of a scope whose words depend on what it was made of."""

    def keep(scope: Own) -> Own:
        scope.words = words  # type: ignore[attr-defined]
        return scope

    return keep


def in_words(scope: Scope, model: Any) -> Say:
    """A scope without words is named by the doctor; here it is told by its own name."""
    words: Telling | None = getattr(scope, "words", None)
    return words(model) if words else Say(scope.__name__, scope.__name__)


@told("全部", "all rows")
def everything(model: Any, person: Person) -> ColumnElement[bool]:
    return ALL_ROWS


def mine(*columns: str) -> Scope:
    """Rows in which one of the columns names the person: `mine("designer_id", "created_by_id")`."""

    def words(model: Any) -> Say:
        known = fields(model)
        labels = [known[column.removesuffix("_id")].label for column in columns]
        return say("{c}是本人的", "{c} is the person", c=joined(labels, "或", " or "))

    @phrased(words)
    def scope(model: Any, person: Person) -> ColumnElement[bool]:
        if person.staff_id is None:
            return false()
        return or_(*(getattr(model, column) == person.staff_id for column in columns))

    return scope


def through(relation: str) -> Scope:
    """A child is seen by whoever sees its parent: `through("lead")`."""

    def words(model: Any) -> Say:
        return say("看得到其{p}的", "whose {p} is in reach", p=fields(model)[relation].label)

    @phrased(words)
    def scope(model: Any, person: Person) -> ColumnElement[bool]:
        parent = _parent_table(inspect(model).mapper.class_, relation)
        return seen_by(parent, person, getattr(model, f"{relation}_id"))

    return scope


def _parent_table(model: type[Record], relation: str) -> type[Record]:
    parent = table_named(cast(Relation, fields(model)[relation].kind).table)
    assert parent is not None, f"{model.__tablename__}.{relation} leads nowhere"
    return parent


def seen_by(parent: type[Record], person: Person, key: Any) -> ColumnElement[bool]:
    """That the row of `parent` with this id is one the person may reach."""
    other = aliased(parent)
    criterion = criterion_for(parent, person, other)
    if criterion is ALL_ROWS:
        return ALL_ROWS
    return key.in_(select(other.id).where(criterion))


def any_of(*scopes: Scope) -> Scope:
    @phrased(lambda model: joined((in_words(each, model) for each in scopes), "；或", "; or "))
    def scope(model: Any, person: Person) -> ColumnElement[bool]:
        criteria = [each(model, person) for each in scopes]
        return ALL_ROWS if any(each is ALL_ROWS for each in criteria) else or_(*criteria)

    return scope


def all_rows(*roles: str) -> dict[str, Scope]:
    """The common case: these roles see every row."""
    return dict.fromkeys(roles, everything)


def criterion_for(model: type[Record], person: Person, entity: Any = None) -> ColumnElement[bool]:
    """What has to hold of a row for this person to reach it. A key opens its own registers alone; who looks at the panel as another
    role reaches what both that role and their own reach."""
    target = entity if entity is not None else model
    if person.key is not None and not person.key.opens(model.__tablename__):
        return false()
    if not person.within:
        return _of_roles(model, person, target)
    own = _of_roles(model, replace(person, roles=person.within, in_place_of=None), target)
    other = _of_roles(model, person.in_place_of or person, target)
    return other if own is ALL_ROWS else own if other is ALL_ROWS else and_(own, other)


def _of_roles(model: type[Record], person: Person, target: Any) -> ColumnElement[bool]:
    granted = scopes_of(model.__tablename__, person.roles)
    if not granted:
        return false()
    criteria = [scope(target, person) for scope in granted.values()]
    return ALL_ROWS if any(each is ALL_ROWS for each in criteria) else or_(*criteria)


def scopes_of(table: str, roles: frozenset[str]) -> Scopes:
    """The scopes by which these roles reach rows: those they were declared, or were lent, or an admin chose."""
    declared, now = _scopes.get(table, {}), standing()
    lent, adjusted = now.lent.get(table, {}), now.rows.get(table, {})
    reading = [role for role in sorted(roles) if reads(role, table)]
    named = {role: role if role in declared else lent.get(role, "") for role in reading}
    return {role: declared[of] for role, of in named.items() if of in declared} | {
        role: adjusted[role] for role in reading if role in adjusted
    }


def usual_scope(role: str, table: str, lent: Mapping[str, Mapping[str, str]]) -> Scope | None:
    """By which a role reaches rows as the code has it, or as it was lent them."""
    declared = _scopes.get(table, {})
    return declared.get(role) or declared.get(lent.get(table, {}).get(role, ""))


def sees_all(model: type[Record], person: Person) -> bool:
    """Whether no row of the table is out of this person's reach."""
    return criterion_for(model, person) is ALL_ROWS


def _entities_in(statement: Any) -> set[Any]:
    """Every table, and every alias of one, that a statement names."""
    found = set()
    for element in visitors.iterate(statement):
        parent = getattr(element, "_annotations", {}).get("parententity")
        mapper = getattr(parent, "mapper", None)
        if mapper is not None and issubclass(mapper.class_, Record):
            found.add(parent)
    return found


@event.listens_for(Session, "do_orm_execute")
def _pass_the_gate(state: ORMExecuteState) -> None:
    if here.sees_everything() or not (state.is_select or state.is_update or state.is_delete):
        return
    if state.is_column_load or state.execution_options.get("gate") == "open":
        return  # a refresh of a row already reached
    state.statement = passed(state.statement, here.me(), state.all_mappers)


def passed(statement: Any, person: Person, mappers: Iterable[Any] = ()) -> Any:
    """The statement, narrowed to what this person may reach of every table that it names."""
    if here.sees_everything():
        return statement
    entities = _entities_in(statement)
    entities |= {mapper for mapper in mappers if issubclass(mapper.class_, Record)}
    for entity in entities:
        # A criterion is not adapted to an alias that is joined: each alias gets its own.
        target = entity.entity
        criterion = criterion_for(entity.mapper.class_, person, target)
        if criterion is not ALL_ROWS:
            statement = statement.options(with_loader_criteria(target, criterion))
    return statement


def reachable(session: Session, model: type[Record], ids: list[int], **options: Any) -> list[Any]:
    """The rows with these ids that the acting person may reach, in the order asked for."""
    query = select(model).where(model.id.in_(ids)).execution_options(populate_existing=True)
    if options.get("lock"):
        query = query.with_for_update(of=model).order_by(model.id)
    found = {row.id: row for row in session.execute(query).scalars()}
    return [found[each] for each in ids if each in found]
