"""The verdicts of a dialog on many rows once something is typed into it: each of the first rows is asked again with what
was given, on what those before it would have done. Changes nothing, and leaves no receipt: that is a rehearsal's."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.core.answers import NotFound
from app.core.declaration import Declaration
from app.core.receipts import rehearsing
from app.core.receipts.choosing import LOOKED_AT, Verdicts, labels_of_rows, summed_up
from app.core.receipts.table import told
from app.core.verbs import Verb


def verdicts_with(
    session: Session, register: type[Declaration], verb: Verb, ids: Sequence[int], given: Mapping[str, Any],
    undoes: Mapping[int, str],
) -> Verdicts:  # fmt: skip
    """Raises Faulty where what was typed can't be read."""
    part = list(ids[:LOOKED_AT])
    found = dict(rehearsing.in_turn(session, verb, given, [(each, each, undoes.get(each, "")) for each in part]))
    rest = [(each, each) for each in part if each not in found]
    if rest:  # something is still missing, or there was no time
        found |= rehearsing.judged(session, verb, given, rest, {row: undoes[row] for row, _ in rest if row in undoes})
    labels = labels_of_rows(session, register, part)
    rows = [
        {"id": each, "label": labels[each], "blockers": told(found[each]), "told": []}
        for each in part
        if each in labels
    ]
    if not rows:
        raise NotFound()
    return summed_up(rows)
