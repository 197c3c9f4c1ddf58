"""Receipts of the person at the screen: what went, what did not and why, and the ways on."""

import json
from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import func, select

from app.core import changing as many_rows
from app.core import here, jobs
from app.core.declaration import register_of
from app.core.deleting import gone
from app.core.doors import signed_in
from app.core.importing import receipt as imports
from app.core.importing import undoing
from app.core.labels import labels_of
from app.core.receipts import changing, deleting, putting_back, rehearsing
from app.core.receipts.choosing import Called, called_in, is_at_it, receipt_of
from app.core.receipts.doing import counts
from app.core.receipts.table import Batch, BatchLine, How, LineState, sentence, told
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
            lines=_told(batch, lines[:SIZE], changing.field_of(batch)), more=lines[SIZE - 1].id if len(lines) > SIZE else None, wanted=wanted,
            why=_why(batch), undo=_undo(batch, verb), again=_again(batch, verb),
            wrote=_wrote(batch), states=LineState, How=How, given=_given(batch, verb), together=_together(batch), at_it=is_at_it(db.session, batch),
        )  # fmt: skip


def _label(batch: Batch, verb: Verb | None) -> Any:
    """What was done: the verb's word, which file was brought in, or which field was changed."""
    if batch.verb in _OF_FILES:
        return _OF_FILES[batch.verb]
    if verb is not None:
        return verb.label
    if batch.verb == deleting.VERB:
        return deleting.LABEL
    found = changing.field_of(batch)
    return changing.label_of(found[0], back=found[1] is None) if found else None


#: receipts of a file, which is no verb
_OF_FILES = {imports.VERB: imports.LABEL, undoing.VERB: undoing.LABEL}


def _wrote(batch: Batch) -> dict[str, Any] | None:
    """Of an import: how many rows of which kind, and which receipts have taken some back."""
    if batch.verb != imports.VERB:
        return None
    return {"counts": imports.counts(db.session, batch.id), "back": imports.taken_back_by(db.session, batch)}


def _together(batch: Batch) -> int:
    """Of a rehearsal: how many rows were judged on what those before them would have done."""
    if batch.how != How.DRY or batch.job_id is None:
        return 0
    return rehearsing.together_in(db.session.get(jobs.Job, batch.job_id))


def _lines(batch: Batch, wanted: str, after: int) -> list[BatchLine]:
    query = select(BatchLine).where(BatchLine.batch_id == batch.id, BatchLine.id > after)
    query = query.where(BatchLine.state == wanted) if wanted else query
    return list(db.session.execute(query.order_by(BatchLine.id).limit(SIZE + 1)).scalars())


def _told(batch: Batch, lines: list[BatchLine], changed: Any) -> list[dict[str, Any]]:
    labels = called_in(db.session, [(line.table_name or batch.table_name, line.row_id) for line in lines])
    acts = {line.row_id: line.act for line in lines if line.act}
    values, register = {}, register_of(batch.table_name)
    if register is not None and changed and acts and may(here.me(), "read", batch.table_name):
        values = putting_back.told(db.session, register, changed[0], acts)
    keys = {line.id: (line.table_name or batch.table_name, line.row_id) for line in lines}
    was = gone.called(db.session, [key for key in keys.values() if key not in labels])
    return [_line(batch, line, labels, values) | {"was": was.get(keys[line.id])} for line in lines]


def _line(batch: Batch, line: BatchLine, labels: Called, values: Mapping[int, Any]) -> dict[str, Any]:
    table = line.table_name or batch.table_name
    label, register = labels.get((table, line.row_id)), register_of(table)
    return {
        "change": values.get(line.row_id) if label is not None else None, "table": table,
        "word": register.word() if register is not None and table != batch.table_name else None,
        "row_id": line.row_id, "label": label, "state": LineState(line.state), "act": line.act,
        "done": _DONE.get((batch.verb, line.rule)),
        "reasons": told(line.reasons),
    }  # fmt: skip


#: what a line of a file says that went, or would
_DONE = {
    (imports.VERB, "added"): imports.Wrote.ADDED.label, (imports.VERB, "changed"): imports.Wrote.CHANGED.label,
    (undoing.VERB, "added"): say("移除导入的这一条", "What was imported is removed"),
    (undoing.VERB, "changed"): say("改回导入前的内容", "Gets back what it held"),
}  # fmt: skip


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
    if batch.verb in _OF_FILES:
        return _undo_of_import(batch)
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


def _undo_of_import(batch: Batch) -> dict[str, Any] | None:
    if batch.verb != imports.VERB or not may(here.me(), imports.VERB, batch.table_name):
        return None
    gone = sum(counts(db.session, each)["went"] for each in imports.taken_back_by(db.session, batch))
    if gone >= counts(db.session, batch.id)["went"]:
        return None  # all of it is taken back already
    return {"at": f"/{batch.table_name}/import/undo", "label": undoing.LABEL}


def _again(batch: Batch, verb: Verb | None) -> str:
    """Where what was not done is tried again; "" for who may not."""
    if batch.verb in _OF_FILES:
        back = batch.verb == undoing.VERB and may(here.me(), imports.VERB, batch.table_name)
        return f"/{batch.table_name}/import/undo" if back else ""
    if batch.verb == deleting.VERB:
        return f"/{batch.table_name}/delete" if may(here.me(), deleting.VERB, batch.table_name) else ""
    if verb is None:
        return f"/{batch.table_name}/change" if _changes(batch) else ""
    return f"/{batch.table_name}/do/{verb.name}" if may(here.me(), verb.name, verb.table) else ""


def _changes(batch: Batch) -> bool:
    """Whether this person may still change that field of many rows."""
    register, found = register_of(batch.table_name), changing.field_of(batch)
    return register is not None and found is not None and found[0] in many_rows.changeable(register)


def _given(batch: Batch, verb: Verb | None) -> list[tuple[Any, str]]:
    """The parameters in words; a row that was chosen is named where this person may see it."""
    if batch.verb in _OF_FILES:
        return [(say("文件", "File"), imports.file_of(batch))]
    if verb is None:
        found = changing.field_of(batch)
        if found is None or found[1] is None or found[0].is_relation:
            return []
        return [(found[0].label, _in_words(*found))]
    shown = []
    for name, raw in json.loads(batch.given).items():
        spot = verb.asks.get(name)
        if spot is None or raw in ("", None, []) or spot.kind.widget in ("signature", "file"):
            continue
        if spot.kind.widget != "relation":
            shown.append((spot.label, _in_words(spot, raw)))
        elif chosen := labels_of(spot.kind.table, raw):  # type: ignore[attr-defined]
            shown.append((spot.label, "、".join(chosen.values())))
    return shown


def _in_words(spot: Any, raw: Any) -> str:
    return str(spot.kind.mask(raw) if spot.kind.personal else spot.kind.show(spot.kind.read(raw)))
