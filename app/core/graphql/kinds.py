"""How the kinds of the house are called in GraphQL. Values go in and out as the REST API has them."""

from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLFloat,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
)

from app.core.kinds import (
    Anything,
    Choice,
    Date,
    Drawn,
    File,
    Instant,
    Integer,
    Kind,
    Money,
    Number,
    Relation,
    Several,
    YesNo,
)
from app.core.structured import Json

LARGEST = 2_147_483_647
#: values in one list of a filter
MOST_IN = 500


def _plain(value: Any) -> Any:
    """A text, a figure, yes or no, or a list of these."""
    flat = value if isinstance(value, list) else [value]
    if len(flat) > MOST_IN or not all(each is None or isinstance(each, str | int | float | bool) for each in flat):
        raise GraphQLError(f"A text, a number, a boolean or a list of {MOST_IN} of these is needed.")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise GraphQLError("A whole number is needed.")
    return value


FEN = GraphQLScalarType("Fen", parse_value=_whole, description="金额，单位分。An amount in fen.")
WHOLE = GraphQLScalarType("Whole", parse_value=_whole, description="整数。A whole number of any size.")
DAY = GraphQLScalarType("Day", description="日期 YYYY-MM-DD。A date.")
MOMENT = GraphQLScalarType("Moment", description="时刻 ISO 8601。An instant with its offset.")
WORDS: GraphQLList[Any] = GraphQLList(GraphQLNonNull(GraphQLString))
JSON = GraphQLScalarType("Json", description="任意 JSON。Any JSON.")
VALUE = GraphQLScalarType(
    "Value",
    parse_value=_plain,
    description="筛选值，写法与列表地址相同：日期可写 this_week、2026-01..2026-03，人员可写 me，金额以元计。"
    "What a list is filtered by, as in its address: days in words, me, amounts in yuan.",
)


def scalar_of(kind: Kind) -> GraphQLScalarType:
    """What a value of this kind is, going out or coming in."""
    match kind:
        case Money():
            return FEN
        case Integer():
            return GraphQLInt if kind.minimum >= -LARGEST and kind.maximum <= LARGEST else WHOLE
        case Number():
            return GraphQLFloat
        case YesNo():
            return GraphQLBoolean
        case Instant():
            return MOMENT
        case Date():
            return DAY
        case Anything() | File() | Json():
            return JSON
        case _:
            return GraphQLString


def shown_as(kind: Kind, *, masked: bool) -> GraphQLScalarType | GraphQLList[Any]:
    """Of what may be masked, stars are seen: a text, whatever it is otherwise."""
    if isinstance(kind, File):
        return JSON
    if isinstance(kind, Several) and not masked:
        return WORDS
    return GraphQLString if masked or isinstance(kind, Drawn) else scalar_of(kind)


def typed_as(kind: Kind) -> GraphQLInputType:
    """What is sent: rows by their ids."""
    if isinstance(kind, Relation):
        return GraphQLList(GraphQLNonNull(GraphQLInt)) if kind.many else GraphQLInt
    return WORDS if isinstance(kind, Several) else scalar_of(kind)


def words_in(kind: Kind) -> str:
    """The values of a choice, for its description."""
    if not isinstance(kind, Choice | Several):
        return ""
    return "；".join(f"{value} {word.zh} {word.en}" for value, word in kind.options)
