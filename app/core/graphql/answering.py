"""A query from its text to its answer.

What is refused before it is run is answered with 400 and a message, like every refusal of the API. What was
run is answered with 200: a part that was refused is null, and `errors` tells why, with the same words that REST
has for it under `extensions`: the status, and the blockers, faults or versions.
"""

from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, execute_sync, print_schema

from app.core.answers import Refusal, blocked_json
from app.core.blockers import NotAllowed
from app.core.graphql.asking import Asked, Chosen, NotUnderstood, understood
from app.core.graphql.reading import Reader
from app.core.graphql.schema import schema
from app.extensions import db


@dataclass
class Work:
    """What root fields are answered by."""

    plan: dict[str, Chosen]
    reader: Reader


def printed() -> str:
    """The schema of whoever asks, to read."""
    return print_schema(schema())


def answered(text: str, variables: dict[str, Any], name: str | None) -> tuple[dict[str, Any], int]:
    """The answer and its status. Raises what is no refusal, for the house to answer as everywhere."""
    mine = schema()
    try:
        asked = understood(mine, text, variables, name)
    except NotUnderstood as refused:
        return _not_understood(refused), refused.status
    return _carried_out(mine, asked, variables), 200


def _carried_out(mine: GraphQLSchema, asked: Asked, variables: dict[str, Any]) -> dict[str, Any]:
    reader = Reader(db.session)
    result = execute_sync(
        mine, asked.document, variable_values=variables, field_resolver=_filled,
        operation_name=asked.operation.name.value if asked.operation.name else None,
        context_value=Work({each.key: each for each in asked.plan}, reader),
    )  # fmt: skip
    answer = _answer(result)
    reader.told()
    return answer


def _filled(source: Any, info: Any, **_: Any) -> Any:
    return source[info.path.key]


def _answer(result: ExecutionResult) -> dict[str, Any]:
    told = [_told(error) for error in result.errors or ()]
    return {"data": result.data, **({"errors": told} if told else {})}


def _told(error: GraphQLError) -> dict[str, Any]:
    """Where in the answer, and what REST would say."""
    cause = error.original_error
    where = {"path": list(error.path or ())}
    if isinstance(cause, NotAllowed):
        more: dict[str, Any] = {"status": 422, **blocked_json(cause)}
    elif isinstance(cause, Refusal):
        more = {"status": cause.status, **cause.as_json()}
    elif cause is not None:
        raise cause
    else:
        return {"message": _clean(error.message), **where}
    return {"message": more.pop("message"), **where, "extensions": more}


def _not_understood(refused: NotUnderstood) -> dict[str, Any]:
    """As every refusal, and as clients of GraphQL look for it."""
    message = _clean(str(refused.message))
    return {"message": message, "errors": [_fault(each) for each in refused.errors] or [{"message": message}]}


def _fault(fault: GraphQLError) -> dict[str, Any]:
    places = [{"line": at.line, "column": at.column} for at in fault.locations or ()]
    return {"message": _clean(fault.message), "locations": places}


def _clean(text: str) -> str:
    """A message may quote what was sent; halves of surrogate pairs can't be answered."""
    return text.encode("utf-8", "replace").decode()[:1000]
