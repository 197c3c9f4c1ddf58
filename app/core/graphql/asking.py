"""What a query asks, understood: bounded before it is checked, and with its price known before it is run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_argument_values,
    get_directive_values,
    get_named_type,
    get_variable_values,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.specified_rules import recommended_rules

from app.core.answers import Refusal
from app.core.words import Say, say

LONGEST, MOST_TOKENS = 20_000, 5_000
MOST_FIELDS, DEEPEST, MOST_FRAGMENTS = 500, 16, 50
#: values of rows that one answer may hold at most, and statements that it may need
MOST_VALUES, MOST_STATEMENTS = 20_000, 30
#: names of the schema that an answer about it may hold
MOST_TOLD = 1_500_000
#: how many there are of it, roughly, in each type or list of a schema
_IN_A_SCHEMA = {
    "types": 300,
    "fields": 15,
    "inputFields": 15,
    "args": 4,
    "directives": 5,
    "enumValues": 8,
    "possibleTypes": 1,
}


class NotUnderstood(Refusal):
    """Refused before anything was run."""

    def __init__(self, message: Say, errors: Sequence[GraphQLError] = ()) -> None:
        super().__init__(message)
        self.errors = errors


@dataclass
class Chosen:
    """One field of an answer: under which key, what it is, what was given with it, and what is chosen of it."""

    key: str
    name: str
    given: dict[str, Any]
    parts: "list[Chosen]"
    #: what the schema knows of the field: `does`, and the price by `statements` and `brings` rows
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """The most rows that it brings for each row it is asked of."""
        brings = self.about.get("brings", 1)
        return int(brings(self.given) if callable(brings) else brings)

    @property
    def statements(self) -> int:
        asked = self.about.get("statements", 0)
        return int(asked(self) if callable(asked) else asked)


@dataclass
class Asked:
    """A query that may be run."""

    document: DocumentNode
    operation: OperationDefinitionNode
    plan: list[Chosen]

    @property
    def changes(self) -> bool:
        return self.operation.operation == OperationType.MUTATION


def understood(schema: GraphQLSchema, text: str, variables: Mapping[str, Any], name: str | None) -> Asked:
    """Raises NotUnderstood for what can't be read, does not fit the schema, or would cost too much."""
    document = _read(text)
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    _bounded(document, fragments)
    if faults := validate(schema, document, [*specified_rules, *recommended_rules], max_errors=5):
        raise _wrong(faults)
    operation = _operation(document, name)
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables), max_errors=5)
    if isinstance(values, list):
        raise _wrong(values)
    root = schema.get_root_type(operation.operation)
    if root is None:
        raise NotUnderstood(say("这里没有这类操作。", "There is no operation of this kind."))
    try:
        plan = Planner(schema, fragments, values).chosen(root, [operation.selection_set])
    except GraphQLError as fault:
        raise _wrong([fault]) from None
    asked = Asked(document, operation, plan)
    _priced(asked)
    return asked


def _read(text: str) -> DocumentNode:
    if len(text) > LONGEST:
        raise NotUnderstood(say("查询过长，最多 {n} 个字符。", "At most {n} signs make a query.", n=LONGEST))
    try:
        return parse(text, max_lexical_tokens=MOST_TOKENS, max_comments=100)
    except GraphQLError as fault:
        raise _wrong([fault]) from None


def _wrong(faults: Sequence[GraphQLError]) -> NotUnderstood:
    told = "；".join(fault.message[:200] for fault in faults)
    return NotUnderstood(say("查询有误：{told}", "The query is not understood: {told}", told=told), faults)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    named = [each for each in found if name is None or (each.name and each.name.value == name)]
    if len(named) != 1:
        raise NotUnderstood(say("请用 operationName 指明要执行的操作。", "Name the operation that is meant."))
    return named[0]


# --- bounds, before the query is checked --------------------------------------------------


@dataclass(frozen=True)
class _Size:
    fields: int
    depth: int
    told: int


def _bounded(document: DocumentNode, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
    """However deep or often a query names things, it is only counted here; fragments each once."""
    if len(fragments) > MOST_FRAGMENTS:
        raise NotUnderstood(say("最多 {n} 个片段。", "At most {n} fragments.", n=MOST_FRAGMENTS))
    known: dict[str, _Size | None] = {}

    def of_fragment(name: str) -> _Size:
        if name not in fragments:
            return _Size(0, 0, 0)  # told when the query is checked
        if name in known and known[name] is None:
            raise NotUnderstood(say("片段引用了自己。", "A fragment holds itself."))
        if name not in known:
            known[name] = None
            known[name] = of(fragments[name].selection_set, 1)
        found = known[name]
        assert found is not None
        return found

    def of(chosen: SelectionSetNode | None, level: int) -> _Size:
        fields = depth = told = 0
        if level > DEEPEST:
            raise NotUnderstood(say("查询嵌套过深，最多 {n} 层。", "A query is at most {n} deep.", n=DEEPEST))
        for each in chosen.selections if chosen else ():
            if isinstance(each, FragmentSpreadNode):
                size = of_fragment(each.name.value)
            elif isinstance(each, FieldNode):
                inner = of(each.selection_set, level + 1)
                times = _IN_A_SCHEMA.get(each.name.value, 1)
                size = _Size(inner.fields + 1, inner.depth + 1, times * (inner.told + 1))
            else:
                size = of(each.selection_set, level)  # type: ignore[attr-defined]
            fields, depth, told = fields + size.fields, max(depth, size.depth), told + size.told
        return _Size(fields, depth, told)

    for each in document.definitions:
        if not isinstance(each, OperationDefinitionNode):
            continue
        size = of(each.selection_set, 1)
        if size.depth > DEEPEST:
            raise NotUnderstood(say("查询嵌套过深，最多 {n} 层。", "A query is at most {n} deep.", n=DEEPEST))
        roots = [_named(s) for s in each.selection_set.selections]
        if size.fields > MOST_FIELDS or ("__schema" in roots and size.told > MOST_TOLD):
            raise NotUnderstood(
                say("查询的字段过多，最多 {n} 个。", "A query names at most {n} fields.", n=MOST_FIELDS)
            )


def _named(selection: Any) -> str:
    """The field of a selection; of a fragment, whatever it holds, the costliest."""
    return str(selection.name.value) if isinstance(selection, FieldNode) else "__schema"


# --- what is chosen, and its price --------------------------------------------------------


class Planner:
    """Follows selections as the library will when it runs them: fragments laid out, what is skipped left out."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], values: Any) -> None:
        self.schema, self.fragments, self.values = schema, fragments, values

    def chosen(self, of: GraphQLObjectType, among: Iterable[SelectionSetNode]) -> list[Chosen]:
        nodes: dict[str, list[FieldNode]] = {}
        for each in among:
            self._collect(each, nodes)
        found = [self._one(of, key, same) for key, same in nodes.items()]
        return [each for each in found if each is not None]

    def _collect(self, among: SelectionSetNode, nodes: dict[str, list[FieldNode]]) -> None:
        for each in among.selections:
            if not self._is_wanted(each):
                continue
            if isinstance(each, FieldNode):
                nodes.setdefault(each.alias.value if each.alias else each.name.value, []).append(each)
            elif isinstance(each, FragmentSpreadNode):
                self._collect(self.fragments[each.name.value].selection_set, nodes)
            else:
                self._collect(each.selection_set, nodes)  # type: ignore[attr-defined]

    def _is_wanted(self, node: Any) -> bool:
        skipped = get_directive_values(GraphQLSkipDirective, node, self.values)
        included = get_directive_values(GraphQLIncludeDirective, node, self.values)
        return not (skipped and skipped["if"]) and (included is None or bool(included["if"]))

    def _one(self, of: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Chosen | None:
        name = nodes[0].name.value
        if name.startswith("__"):
            return None  # about the schema: the library answers
        spot = of.fields[name]
        given = get_argument_values(spot, nodes[0], self.values)
        leads_to = get_named_type(spot.type)
        sets = [node.selection_set for node in nodes if node.selection_set]
        parts = self.chosen(leads_to, sets) if isinstance(leads_to, GraphQLObjectType) else []
        return Chosen(key, name, given, parts, spot.extensions)


def _priced(asked: Asked) -> None:
    if asked.changes and len(asked.plan) != 1:
        raise NotUnderstood(
            say("一次请求只办一件事：请分开发送。", "One request does one thing: send the others by themselves.")
        )
    values, statements = _price(asked.plan)
    if values > MOST_VALUES or statements > MOST_STATEMENTS:
        raise NotUnderstood(
            say(
                "查询代价过高：最多 {n} 个值、{m} 次取数，本次约 {v} 个、{s} 次。请少取几行、几列或几层。",
                "That would cost too much: at most {n} values in {m} statements, this asks for about {v} in {s}. "
                "Ask for fewer rows, columns or levels.",
                n=f"{MOST_VALUES:,}", m=MOST_STATEMENTS, v=f"{values:,}", s=statements,
            )
        )  # fmt: skip


def _price(plan: Sequence[Chosen], rows: int = 1) -> tuple[int, int]:
    """(values, statements) at most, for so many rows."""
    values = statements = 0
    for each in plan:
        inner, asked = _price(each.parts, rows * each.rows)
        values += rows + inner
        statements += each.statements + asked
    return values, statements
