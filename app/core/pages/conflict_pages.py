"""Both have changed the same field: the two values side by side, chosen field by field."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request

from app.core import child_rows, merging, once, saving, taking_back
from app.core.answers import Conflict
from app.core.merging import Opened
from app.core.pages.answering import Answering, labels_of
from app.core.record import Field
from app.extensions import db


class ConflictPages(Answering):
    """The page that stands between two people's changes; nothing of either is lost on it."""

    def _conflict(self, row_id: int, given: Mapping[str, Any], opened: Opened | None, conflict: Conflict) -> str:
        raw, register = self._raw(row_id), type(self)
        spots = saving.writable(register, editing=True)
        now = merging.opened_on(register, raw, spots)
        masked = {spot.name for spot in spots if merging.is_masked(register, raw, spot.name)}
        mine = {spot.name for spot in spots if spot.name in given and self._is_mine(spot, given, opened, masked)}
        both = [
            spot for spot in spots
            if spot.name in (conflict.fields or mine) and not _same(spot, given.get(spot.name), now.values[spot.name])
        ]  # fmt: skip
        shown = [self._side_by_side(spot, raw, given, opened, masked) for spot in both]
        kept = {
            spot.name: given[spot.name] if spot.name in mine else "" if spot.name in masked else now.values[spot.name]
            for spot in spots
        }
        known = {spot.name: spot for spot in spots}
        theirs = [name for name in now.values if opened and now.values[name] != opened.values.get(name)]
        others = [known[name] for name in theirs if known[name] not in both]
        return render_template(
            "conflict.html", register=register, row_id=row_id, lines=shown, kept=kept, spots=spots, others=others,
            version=now.version, was=merging.seal(register, row_id, now), label=str(raw),
            carried=[*child_rows.carried(register, request.form), *_token()],
            people=merging.who_changed(db.session, register, row_id, theirs or list(now.values)),
        )  # fmt: skip

    @staticmethod
    def _is_mine(spot: Field, given: Mapping[str, Any], opened: Opened | None, masked: set[str]) -> bool:
        """Whether the person changed the field; a masked one that was left empty was not."""
        if spot.name in masked:
            return given[spot.name] not in (None, "") and "*" not in str(given[spot.name])
        return opened is None or not _same(spot, given[spot.name], opened.values.get(spot.name))

    @staticmethod
    def _side_by_side(
        spot: Field, raw: Any, given: Mapping[str, Any], opened: Opened | None, masked: set[str]
    ) -> dict[str, Any]:
        theirs: Any = merging.typed(spot, getattr(raw, spot.attribute))
        was = opened.values.get(spot.name) if opened else None
        labels: dict[str, str] = {}
        if spot.is_relation:
            for held in (given[spot.name], theirs, was):
                labels |= labels_of(spot.kind.table, held or "")  # type: ignore[attr-defined]
        told = spot.kind.mask(getattr(raw, spot.attribute)) if spot.name in masked else None
        return {
            "spot": spot,
            "yours": merging.in_words(spot, given[spot.name], labels),
            "theirs": merging.in_words(spot, theirs, labels) if told is None else told,
            "was": None if opened is None else merging.in_words(spot, was, labels),
        }


def _token() -> list[tuple[str, str]]:
    """That of the form, which may be sent twice from here as well; and which change it takes back."""
    names = (once.FIELD, taking_back.FIELD)
    return [(name, request.form[name]) for name in names if request.form.get(name)]


def _same(spot: Field, typed: Any, held: Any) -> bool:
    """Whether what was typed means what the form was opened with: 30000 is 30000.00."""
    if spot.many:
        return sorted(map(str, typed or [])) == sorted(held or [])
    if str(typed or "") == str(held or ""):
        return True
    try:
        return bool(merging.typed(spot, spot.kind.read(typed)) == held)
    except ValueError:
        return False
