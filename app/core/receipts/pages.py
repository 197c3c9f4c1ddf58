"""Receipts of the person at the screen: what went, what did not and why, and the ways on."""

import json
from typing import Any

from flask import render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import func, select

from app.core import changing as many_rows
from app.core import here
from app.core.declaration import Declaration, register_of
from app.core.doors import signed_in
from app.core.receipts import changing, putting_back
from app.core.receipts.choosing import is_at_it, labels_of_rows, receipt_of
from app.core.receipts.doing import counts
from app.core.receipts.table import Batch, BatchLine, How, LineState, sentence
from app.core.rights import may
from app.core.routes import row_number
from app.core.verbs import Verb, verb_named
from app.core.words import say
from app.extensions import db

SIZE = 100


class ReceiptPages(BaseView):
    """Only one's own: another's receipt is not there."""

    route_base = "/receipts"
    class_permission_name = "batch"

    @expose("/")
    @signed_in
    def index(self) -> str:
        query = select(Batch).where(Batch.owner_id == here.me().user_id).order_by(Batch.id.desc()).limit(SIZE)
        lines = [
            {
                "batch": each,
                "label": _label(each, verb_named(each.table_name, each.verb)),
                "register": register_of(each.table_name),
            }
            for each in db.session.execute(query).scalars()
        ]
        return render_template("receipts/list.html", lines=[each for each in lines if each["label"]], How=How)

    @expose("/<int:row_id>")
    @signed_in
    def show(self, row_id: int) -> str:
        batch = receipt_of(db.session, row_id)
        verb, register = verb_named(batch.table_name, batch.verb), register_of(batch.table_name)
        wanted = request.args.get("state", "")
        wanted = wanted if wanted in [str(each) for each in LineState] else ""
        after = request.args.get("after", type=row_number) or 0
        lines = _lines(batch, wanted, after)
        return render_template(
            "receipts/show.html", batch=batch, label=_label(batch, verb) or batch.verb, register=register, counts=counts(db.session, batch.id),
            lines=_told(register, lines[:SIZE], changing.field_of(batch)), more=lines[SIZE - 1].id if len(lines) > SIZE else None, wanted=wanted,
            why=_why(batch), undo=_undo(batch, verb), again=_again(batch, verb),
            states=LineState, How=How, given=_given(batch, verb), at_it=is_at_it(db.session, batch),
        )  # fmt: skip


def _label(batch: Batch, verb: Verb | None) -> Any:
    """What was done: the verb's word, or which field was changed."""
    if verb is not None:
        return verb.label
    found = changing.field_of(batch)
    return changing.label_of(found[0], back=found[1] is None) if found else None


def _lines(batch: Batch, wanted: str, after: int) -> list[BatchLine]:
    query = select(BatchLine).where(BatchLine.batch_id == batch.id, BatchLine.id > after)
    query = query.where(BatchLine.state == wanted) if wanted else query
    return list(db.session.execute(query.order_by(BatchLine.id).limit(SIZE + 1)).scalars())


def _told(register: type[Declaration] | None, lines: list[BatchLine], changed: Any) -> list[dict[str, Any]]:
    ids = [line.row_id for line in lines]
    reads = register is not None and may(here.me(), "read", register.table())
    labels = labels_of_rows(db.session, register, ids) if register is not None and reads else {}
    acts = {line.row_id: line.act for line in lines if line.act}
    values = {}
    if register is not None and reads and changed and acts:
        values = putting_back.told(db.session, register, changed[0], acts)
    return [
        {
            "change": values.get(line.row_id) if line.row_id in labels else None,
            "row_id": line.row_id, "label": labels.get(line.row_id), "state": LineState(line.state), "act": line.act,
            "reasons": [
                {**each, "message": sentence(each["message"]), "fix": sentence(each["fix"])} for each in line.reasons or []
            ],
        }
        for line in lines
    ]  # fmt: skip


def _why(batch: Batch) -> list[dict[str, Any]]:
    """The refused by their first reason, the most frequent first; told by one of its lines."""
    query = (
        select(BatchLine.rule, func.count(), func.min(BatchLine.id))
        .where(BatchLine.batch_id == batch.id, BatchLine.state == str(LineState.REFUSED))
        .group_by(BatchLine.rule).order_by(func.count().desc()).limit(20)
    )  # fmt: skip
    found = []
    for _, count, line_id in db.session.execute(query):
        reason = (db.session.get_one(BatchLine, line_id).reasons or [{}])[0]
        found.append(
            {"count": count, "message": sentence(reason.get("message", {})), "clause": reason.get("clause", "")}
        )
    return found


def _undo(batch: Batch, verb: Verb | None) -> dict[str, Any] | None:
    """The way back, when there is one and this person has it: the verb back, or the earlier values."""
    if verb is None:
        found = changing.field_of(batch)
        was_put_back = found is not None and found[1] is None
        label = say("重新改过来", "Change it again") if was_put_back else say("改回原值", "Put back what was there")
        return {"at": f"/{batch.table_name}/change", "label": label} if _changes(batch) else None
    back = verb_named(batch.table_name, verb.undo) if verb.undo else None
    if back is None or not may(here.me(), back.name, back.table):
        return None
    label = say("撤回已办：{verb}", "Take back: {verb}", verb=back.label)
    return {"at": f"/{batch.table_name}/do/{back.name}", "label": label}


def _again(batch: Batch, verb: Verb | None) -> str:
    """Where what was not done is tried again; "" for who may not."""
    if verb is None:
        return f"/{batch.table_name}/change" if _changes(batch) else ""
    return f"/{batch.table_name}/do/{verb.name}" if may(here.me(), verb.name, verb.table) else ""


def _changes(batch: Batch) -> bool:
    """Whether this person may still change that field of many rows."""
    register, found = register_of(batch.table_name), changing.field_of(batch)
    return register is not None and found is not None and found[0] in many_rows.changeable(register)


def _given(batch: Batch, verb: Verb | None) -> list[tuple[Any, str]]:
    """The parameters in words; a row that was chosen by its id only."""
    if verb is None:
        found = changing.field_of(batch)
        if found is None or found[1] is None or found[0].is_relation:
            return []
        return [(found[0].label, _in_words(*found))]
    shown = []
    for name, raw in json.loads(batch.given).items():
        spot = verb.asks.get(name)
        if spot is None or raw in ("", None, []) or spot.kind.widget in ("relation", "signature", "file"):
            continue
        shown.append((spot.label, _in_words(spot, raw)))
    return shown


def _in_words(spot: Any, raw: Any) -> str:
    return str(spot.kind.mask(raw) if spot.kind.personal else spot.kind.show(spot.kind.read(raw)))
