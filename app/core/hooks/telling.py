"""What is to be told of a change, written down with it: from the journal's entries, in their transaction."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core import here, journal
from app.core.hooks.keeping import OTHER, InForce, choices_of, in_force
from app.core.hooks.table import DeliveryState, WebhookDelivery
from app.core.record import fields, table_named


def tell(session: Session, entries: Sequence[Mapping[str, Any]]) -> None:
    rows = [_row(hook, entry) for entry in entries for hook in _asked(entry)]
    if rows:
        session.connection().execute(insert(WebhookDelivery.__table__), rows)  # type: ignore[arg-type]


def _asked(entry: Mapping[str, Any]) -> Iterator[InForce]:
    if entry["row_id"] is None or entry["result"] != "done":
        return
    changed = entry["before"] is not None or entry["after"] is not None
    for hook in in_force(entry["table_name"]):
        if entry["verb"] in hook.verbs or (
            OTHER in hook.verbs and changed and entry["verb"] not in choices_of(entry["table_name"])
        ):
            yield hook


def _row(hook: InForce, entry: Mapping[str, Any]) -> dict[str, Any]:
    key, now = uuid4().hex, here.now()
    return {
        "webhook_id": hook.id, "key": key, "body": {"id": key, **body_of(entry)}, "state": str(DeliveryState.WAITING),
        "attempts": 0, "made_at": now, "next_at": now, "error": "",
    }  # fmt: skip


def body_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Which record, what was done, when, by whom; of the columns their names only, of their values the state."""
    table, before, after = entry["table_name"], entry["before"] or {}, entry["after"] or {}
    model = table_named(table)
    known = fields(model) if model is not None else {}
    numbered = model is not None and model.__label__ == "number"
    stateful = "state" in known
    return {
        "event": f"{table}.{entry['verb']}", "table": table, "verb": entry["verb"],
        "row": {"id": entry["row_id"], "number": entry["row_label"] if numbered else None},
        "state": {"before": before.get("state"), "after": after.get("state")} if stateful else None,
        "changed": sorted(name for name in {*before, *after} if name in known and name != "version"),
        "at": here.in_house_time(here.now()).isoformat(), "by": here.me().username,
    }  # fmt: skip


journal.listen(tell)
