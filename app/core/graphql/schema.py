"""The schema, as whoever asks may see it: made from the registers, kept for their rights and fields.

A register that may not be read is not there, nor is a column that is hidden, nor a verb that is not theirs; so
nothing about them is told, not even by a misspelt name.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
)

from app.core import editions, here, revealing, rights, saving
from app.core.declaration import Declaration, all_registers, names
from app.core.graphql import reading, writing
from app.core.graphql.kinds import JSON, VALUE, shown_as, typed_as, words_in
from app.core.kinds import Relation
from app.core.listing import Listing
from app.core.listing.address import OPERATORS, operators_of
from app.core.memory import Kept
from app.core.reading import Column, columns_for
from app.core.record import Field
from app.core.rights import MASKED, OWN, may
from app.core.verbs import Verb, verbs_of
from app.core.words import Say

#: rows that a relation to many is taken to bring, and statements that rules are taken to need
MANY, RULES = 5, 10

_kept: Kept[GraphQLSchema] = Kept(24)


def schema() -> GraphQLSchema:
    """That of the acting person: the same for all of the same roles, as long as rights and fields are as they are."""
    person = here.me()
    key = (person.roles, person.within, person.staff_id is None, person.key, rights.edition(), editions.read_now())
    return _kept.get(key, lambda: _Making().schema())


def _text(label: Say, more: str = "") -> str:
    return " ".join(filter(None, (label.zh, label.en, more)))


def _not_null(kind: Any) -> GraphQLNonNull[Any]:
    return GraphQLNonNull(kind)


def _list(kind: Any) -> GraphQLNonNull[Any]:
    return GraphQLNonNull(GraphQLList(GraphQLNonNull(kind)))


BLOCKER = GraphQLObjectType(
    "Blocker", {name: GraphQLField(_not_null(GraphQLString)) for name in ("rule", "clause", "message", "fix")}
)
WOULD = GraphQLObjectType(
    "Would",
    {
        "allowed": GraphQLField(_not_null(GraphQLBoolean)),
        "blockers": GraphQLField(_list(BLOCKER)),
        "choices": GraphQLField(JSON),
    },
    description="能否办理，不能的原因。Whether it would go through, and why not.",
)
REVEALED = GraphQLObjectType(
    "Revealed", {"id": GraphQLField(GraphQLInt), "column": GraphQLField(GraphQLString), "value": GraphQLField(GraphQLString)}
)  # fmt: skip
LINK = GraphQLObjectType("Link", {"id": GraphQLField(GraphQLInt), "label": GraphQLField(GraphQLString)})
#: what is told of an act: the record it was done on, as it is now, and what was made beside it
DONE: Mapping[str, Any] = {
    "id": GraphQLInt, "table": GraphQLString, "number": GraphQLString, "state": GraphQLString,
    "version": GraphQLInt, "also": JSON,
}  # fmt: skip
ID = {"id": GraphQLArgument(_not_null(GraphQLInt))}
AT = {"version": GraphQLArgument(GraphQLInt, description="所依据的版本 The version it was decided on")}


class _Making:
    """One schema being made, in the name of the person who asks."""

    def __init__(self) -> None:
        self.person = here.me()
        self.read = {
            table: register for table, register in sorted(all_registers().items()) if may(self.person, "read", table)
        }
        self.rows: dict[str, GraphQLObjectType] = {table: self._row(each) for table, each in self.read.items()}
        self.pages = {table: self._page(table) for table in self.read}
        self.tests: dict[str, GraphQLInputObjectType] = {}
        self.done = GraphQLObjectType("Done", {name: GraphQLField(kind) for name, kind in DONE.items()})

    def schema(self) -> GraphQLSchema:
        asks: dict[str, GraphQLField] = {}
        changes: dict[str, GraphQLField] = {}
        for table, register in self.read.items():
            asks[table] = self._list_field(register)
            asks[f"{table}__one"] = self._one_field(register)
        for table, register in sorted(all_registers().items()):
            changes |= self._saves(register)
            for verb in verbs_of(table).values():
                if may(self.person, verb.name, table):
                    name = f"{table}__{verb.name}"
                    asks[name], changes[name] = self._would_field(verb), self._verb_field(verb)
        asks = asks or {"me": GraphQLField(GraphQLString, extensions={"does": lambda _, __: here.me().username})}
        for field in (*asks.values(), *changes.values()):
            field.resolve = _done_by_plan
        query = GraphQLObjectType("Query", asks)
        return GraphQLSchema(query, GraphQLObjectType("Mutation", changes) if changes else None)

    # --- what is read -----------------------------------------------------------------------

    def _row(self, register: type[Declaration]) -> GraphQLObjectType:
        table = register.table()
        return GraphQLObjectType(table, lambda: self._columns(register), description=_text(register.word()))

    def _columns(self, register: type[Declaration]) -> dict[str, GraphQLField]:
        known = register.fields()
        found = {
            "id": GraphQLField(_not_null(GraphQLInt)),
            "version": GraphQLField(_not_null(GraphQLInt)),
            "label": GraphQLField(GraphQLString, description="名称 What it is called"),
        }
        for column in columns_for(register.model, [name for name in known if name not in ("id", "version")]):
            if made := self._column(column):
                found[column.name] = made
        for each in names(register.related):
            table, _, relation = each.partition(".")
            if table in self.read and columns_for(self.read[table].model, [relation]):
                found[f"{table}__{relation}"] = self._list_field(self.read[table], under=True)
        return found

    def _column(self, column: Column) -> GraphQLField | None:
        """None for a relation to what may not be read."""
        spot = column.field
        told = _text(spot.label, words_in(spot.kind))
        if not isinstance(spot.kind, Relation):
            masked = column.level == MASKED or column.level.startswith(OWN)
            own = {"own": True}
            return GraphQLField(shown_as(spot.kind, masked=masked), description=told, extensions=own)
        if not may(self.person, "read", spot.kind.table):
            return None
        target = self.rows.get(spot.kind.table, LINK)
        if spot.many:
            costs = {"brings": MANY, "statements": lambda chosen: 1 if reading.names_only(chosen) else 2}
            return GraphQLField(_list(target), description=told, extensions=costs)
        costs = {"statements": lambda chosen: 0 if reading.names_only(chosen) else 1}
        return GraphQLField(target, description=told, extensions=costs)

    def _page(self, table: str) -> GraphQLObjectType:
        parts: Callable[[], dict[str, GraphQLField]] = lambda: {  # noqa: E731 (types may name each other)
            "rows": GraphQLField(_list(self.rows[table])),
            "next": GraphQLField(GraphQLString, description="下一页从此开始 Where the next page begins: `after`"),
            "previous": GraphQLField(GraphQLString, description="上一页到此为止 Where the previous page ends: `before`"),
            "count": GraphQLField(GraphQLInt, description="最多数到一千 Counted to a thousand", extensions={"statements": 1}),
            "count_is_capped": GraphQLField(GraphQLBoolean, extensions={"statements": 1}),
        }  # fmt: skip
        return GraphQLObjectType(f"{table}__page", parts)

    def _list_field(self, register: type[Declaration], *, under: bool = False) -> GraphQLField:
        texts = GraphQLList(_not_null(GraphQLString))
        args = {
            "where": GraphQLArgument(self._where(register)),
            "or": GraphQLArgument(texts, description="如列表地址中的 or as in a list's address: (state.eq:new|tier.eq:a)"),
            "is": GraphQLArgument(texts, description="mine、overdue"),
            "q": GraphQLArgument(GraphQLString, description="查找 Search"),
            "sort": GraphQLArgument(GraphQLString, description="列名以逗号分隔，减号为降序 Columns, a minus sign for descending"),
            "first": GraphQLArgument(GraphQLInt, description=f"行数 How many rows, at most {reading.LARGEST_PAGE}"),
            "after": GraphQLArgument(GraphQLString),
            "before": GraphQLArgument(GraphQLString),
        }  # fmt: skip
        if args["where"].type is None:
            del args["where"]
        about: dict[str, Any] = {"statements": 1, "brings": reading.size_of}
        if not under:
            about["does"] = partial(_list_of, register)
        told = _text(register.title())
        return GraphQLField(self.pages[register.table()], args, description=told, extensions=about)

    def _one_field(self, register: type[Declaration]) -> GraphQLField:
        about = {"statements": 1, "does": partial(_one_of, register)}
        told = _text(register.word())
        return GraphQLField(self.rows[register.table()], ID, description=told, extensions=about)

    def _where(self, register: type[Declaration]) -> Any:
        """By which columns a list is filtered, and how."""
        name = f"{register.table()}__where"
        if name not in self.tests:
            usable = {key: column.field for key, column in Listing(register).usable.items()}
            fields = {key: self._test(spot) for key, spot in usable.items() if spot.kind.operators}
            if not fields:
                return None
            self.tests[name] = GraphQLInputObjectType(name, fields)
        return self.tests[name]

    def _test(self, spot: Field) -> GraphQLInputField:
        operators = operators_of(spot.kind)
        name = f"By_{'_'.join(operators)}"
        if name not in self.tests:
            tests = {
                each: GraphQLInputField(GraphQLBoolean if each == "null" else VALUE, description=_text(OPERATORS[each]))
                for each in operators
            }
            self.tests[name] = GraphQLInputObjectType(name, tests)
        return GraphQLInputField(self.tests[name], description=_text(spot.label, words_in(spot.kind)))

    # --- what is done -----------------------------------------------------------------------

    def _saves(self, register: type[Declaration]) -> dict[str, GraphQLField]:
        table, found = register.table(), {}
        allowed = partial(may, self.person, table=table)
        if allowed("add") and register.entered_by_hand and (new := self._typed(register, "new", editing=False)):
            found["add"] = self._act(table, {"values": GraphQLArgument(_not_null(new))}, partial(writing.add, register))
        if allowed("edit") and (change := self._typed(register, "change", editing=True)):
            args = {**ID, **AT, "values": GraphQLArgument(_not_null(change))}
            found["edit"] = self._act(table, args, partial(writing.edit, register))
        if allowed("delete"):
            found["delete"] = self._act(table, {**ID, **AT}, partial(writing.delete, register))
        if allowed(revealing.VERB) and table in self.read:
            args = {name: GraphQLArgument(_not_null(GraphQLString)) for name in ("column", "reason")}
            about = {"does": partial(writing.reveal, register), "statements": RULES}
            found[revealing.VERB] = GraphQLField(REVEALED, {**ID, **args}, extensions=about)
        return {f"{table}__{name}": field for name, field in found.items()}

    def _typed(self, register: type[Declaration], word: str, *, editing: bool) -> GraphQLInputObjectType | None:
        """What may be typed. Whatever is missing is told by the save itself, at its field and in both languages."""
        spots = saving.writable(register, editing=editing)
        fields = {
            spot.name: GraphQLInputField(typed_as(spot.kind), description=_text(spot.label, words_in(spot.kind)))
            for spot in spots
        }
        return GraphQLInputObjectType(f"{register.table()}__{word}", fields) if fields else None

    def _verb_field(self, verb: Verb) -> GraphQLField:
        told = _text(verb.label, verb.clause)
        return self._act(verb.table, self._asked(verb, **AT), partial(writing.do, verb), told, many=verb.many)

    def _would_field(self, verb: Verb) -> GraphQLField:
        about = {"statements": RULES, "does": partial(writing.would, verb)}
        return GraphQLField(WOULD, self._asked(verb), description=_text(verb.label), extensions=about)

    @staticmethod
    def _asked(verb: Verb, **more: GraphQLArgument) -> dict[str, GraphQLArgument]:
        rows = {f"{verb.table}s": GraphQLArgument(_list(GraphQLInt))} if verb.many else dict(ID)
        asks = {
            name: GraphQLArgument(typed_as(each.kind), description=_text(each.label, words_in(each.kind)))
            for name, each in verb.asks.items()
        }
        return {**rows, **more, **asks}

    def _act(
        self, table: str, args: dict[str, GraphQLArgument], does: Any, told: str = "", *, many: bool = False
    ) -> GraphQLField:
        about = {"does": does, "statements": RULES}
        return GraphQLField(self._done(table, many=many), args, description=told or None, extensions=about)

    def _done(self, table: str, *, many: bool) -> GraphQLOutputType:
        """With the row as it is now, where it may be read."""
        if many or table not in self.rows:
            return self.done
        name = f"{table}__done"
        if name not in self.rows:
            row = {"row": GraphQLField(self.rows[table], extensions={"statements": 1})}
            fields = {each: GraphQLField(kind) for each, kind in DONE.items()} | row
            self.rows[name] = GraphQLObjectType(name, fields)
        return self.rows[name]


def _list_of(register: type[Declaration], reader: reading.Reader, chosen: Any) -> Any:
    return reader.in_time(lambda: reader.page(register, chosen))


def _one_of(register: type[Declaration], reader: reading.Reader, chosen: Any) -> Any:
    return reader.in_time(lambda: reader.record(register, chosen, chosen.given["id"]))


def _done_by_plan(_: Any, info: Any, **given: Any) -> Any:
    """Each root field is answered whole, by what was planned for it."""
    chosen = info.context.plan[info.path.key]
    return chosen.about["does"](info.context.reader, chosen)
