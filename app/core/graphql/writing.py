"""Verbs and saves asked for in a query: through the functions that the REST API calls, with their refusals."""

from collections.abc import Mapping
from typing import Any

from app.core import revealing, saving
from app.core.answers import NotFound
from app.core.api import LARGEST_ID, as_json, once_key, whole_numbers
from app.core.declaration import Declaration, register_of
from app.core.graphql.asking import Chosen
from app.core.graphql.reading import Reader
from app.core.runner import Outcome, run
from app.core.runner import would as would_go
from app.core.verbs import Verb


def add(register: type[Declaration], reader: Reader, chosen: Chosen) -> Any:
    given = _sent(chosen, "values")
    row_id = saving.create(reader.session, register, given, token=once_key(), from_json=True)
    return _saved(register, reader, chosen, row_id)


def edit(register: type[Declaration], reader: Reader, chosen: Chosen) -> Any:
    row_id, version = _row(chosen), chosen.given.get("version")
    saving.edit(reader.session, register, row_id, _sent(chosen, "values"), version=version, from_json=True)
    return _saved(register, reader, chosen, row_id)


def delete(register: type[Declaration], reader: Reader, chosen: Chosen) -> Any:
    row_id = _row(chosen)
    saving.delete(reader.session, register, row_id, version=chosen.given.get("version"))
    return _told(reader, chosen, None, {"id": row_id, "table": register.table()})


def reveal(register: type[Declaration], reader: Reader, chosen: Chosen) -> Any:
    row_id, column = _row(chosen), chosen.given["column"]
    value = revealing.reveal(reader.session, register, row_id, column, chosen.given["reason"])
    told = {"id": row_id, "column": column, "value": value}
    return {part.key: told[part.name] for part in chosen.parts}


def do(verb: Verb, reader: Reader, chosen: Chosen) -> Any:
    version = chosen.given.get("version")
    outcome = run(
        reader.session, verb, _rows(verb, chosen), _asked(verb, chosen),
        version=version, token=once_key(), from_json=True,
    )  # fmt: skip
    register = None if verb.many else register_of(verb.table)
    return _told(reader, chosen, register, _outcome(outcome))


def would(verb: Verb, reader: Reader, chosen: Chosen) -> Any:
    answer = as_json(would_go(reader.session, verb, _rows(verb, chosen), _asked(verb, chosen), from_json=True))
    told = {part.key: answer[part.name] for part in chosen.parts}
    for part in chosen.parts:
        if part.name == "blockers":
            told[part.key] = [{each.key: blocker[each.name] for each in part.parts} for blocker in answer["blockers"]]
    return told


# --- what was sent, and what is told ------------------------------------------------------


def _row(chosen: Chosen) -> int:
    row_id = int(chosen.given["id"])
    if not 0 < row_id <= LARGEST_ID:
        raise NotFound()
    return row_id


def _rows(verb: Verb, chosen: Chosen) -> list[int]:
    return whole_numbers(chosen.given[f"{verb.table}s"]) if verb.many else [_row(chosen)]


def _asked(verb: Verb, chosen: Chosen) -> dict[str, Any]:
    return {name: value for name, value in chosen.given.items() if name in verb.asks}


def _sent(chosen: Chosen, name: str) -> dict[str, Any]:
    return dict(chosen.given[name])


def _outcome(outcome: Outcome) -> dict[str, Any]:
    told = vars(outcome)
    return {**told, "also": outcome.also or None}


def _saved(register: type[Declaration], reader: Reader, chosen: Chosen, row_id: int) -> Any:
    return _told(reader, chosen, register, {"id": row_id, "table": register.table()})


def _told(reader: Reader, chosen: Chosen, register: type[Declaration] | None, told: Mapping[str, Any]) -> Any:
    """The act's answer; the record is read after it, as whoever asked may see it now."""
    answer: dict[str, Any] = {}
    for part in chosen.parts:
        if part.name == "row":
            answer[part.key] = _read_again(register, reader, part, told["id"])
        else:
            answer[part.key] = told.get(part.name)
    return answer


def _read_again(register: type[Declaration] | None, reader: Reader, part: Chosen, row_id: int) -> Any:
    return None if register is None else reader.in_time(lambda: reader.record(register, part, row_id))
