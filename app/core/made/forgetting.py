"""What of registers without code is forgotten: the personal fields of records that no verb leads on from."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement

from app.core import here
from app.core.forgetting import Forgotten, forget_found
from app.core.made.loading import all_made
from app.core.verbs import verbs_of


def _found() -> Iterator[Forgotten]:
    for model in all_made():
        moves = [verb.moves[verb.name] for verb in verbs_of(model.__tablename__).values()]
        left = {state for each in moves for state in each.start}
        ends = {str(each.end) for each in moves if each.end not in left}
        if ends:  # without verbs nothing is ever over
            yield model, _over(model, ends), {}


def _over(model: Any, ends: set[str]) -> Any:
    def over(before: date) -> ColumnElement[bool]:
        since = datetime.combine(before, time(), tzinfo=here.house_zone())
        return model.state.in_(sorted(ends)) & (model.updated_at < since)

    return over


forget_found(_found)
