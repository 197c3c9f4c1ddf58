"""The exports of the person at the screen: receipts, files that are kept, schedules. Receipts of everybody's
for whoever may read the journal; files and schedules are their owner's alone.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app.core import here
from app.core.answers import Faulty, NotFound, Refusal
from app.core.declaration import register_of
from app.core.doors import signed_in
from app.core.exporting import due, kept, later, making, schedules
from app.core.exporting.receipts import ExportReceipt, in_words
from app.core.jobs.table import Job
from app.core.rights import may
from app.core.routes import row_number
from app.core.words import say
from app.core.writing import write
from app.extensions import db

SIZE = 100
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class ExportPages(BaseView):
    route_base = "/exports"
    class_permission_name = "export_receipt"

    @expose("/")
    @signed_in
    def index(self) -> str:
        watches = may(here.me(), "read", "journal")
        everybody = watches and request.args.get("of") == "all"
        query = select(ExportReceipt).order_by(ExportReceipt.id.desc()).limit(SIZE + 1)
        query = query if everybody else query.where(ExportReceipt.owner_id == here.me().user_id)
        after = request.args.get("after", type=row_number)
        query = query.where(ExportReceipt.id < after) if after else query
        mark = request.args.get("sha256", "").strip().lower()[:64]
        query = query.where(ExportReceipt.sha256 == mark) if mark else query
        rows = list(db.session.execute(query).scalars())
        return render_template(
            "exports/list.html", lines=[_told(each) for each in rows[:SIZE]], watches=watches, everybody=everybody,
            more=rows[SIZE - 1].id if len(rows) > SIZE else None, mark=mark,
        )  # fmt: skip

    @expose("/files")
    @signed_in
    def files(self) -> str:
        query = (
            select(kept.ExportFile, Job)
            .join(Job, Job.id == kept.ExportFile.job_id, isouter=True)
            .where(kept.ExportFile.owner_id == here.me().user_id, kept.ExportFile.gone_at > here.now())
            .order_by(kept.ExportFile.id.desc())
            .limit(SIZE)
        )
        lines = [
            {"file": file, "job": job, "register": register_of(file.table_name)}
            for file, job in db.session.execute(query)
        ]
        return render_template("exports/files.html", lines=lines)

    @expose("/files/<int:row_id>")
    @signed_in
    def fetch(self, row_id: int) -> AnyResponse:
        file, pieces = kept.fetched(db.session, row_id)
        answer = Response(pieces, content_type=TYPES[file.form])
        answer.headers["Content-Length"] = str(file.size)
        name = kept.name_of(file.table_name, file.made_at or file.asked_at, file.form)
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    @expose("/schedules")
    @signed_in
    def schedules(self) -> str:
        lines = [_shown(each) for each in schedules.own_schedules(db.session)]
        return render_template("exports/schedules.html", lines=lines)

    @expose("/schedules/<int:row_id>", methods=["GET", "POST"])
    @signed_in
    def schedule(self, row_id: int) -> AnyResponse | str | tuple[str, int]:
        found = schedules.own_schedule(db.session, row_id)
        if request.method == "GET":
            return _form_of(found, _given_of(found), {})
        given = request.form.to_dict()
        try:
            rhythm = schedules.rhythm_in(given)
            how = {"name": given.get("name", ""), "form": later.form_in(given), "by_mail": given.get("by_mail", "")}
            write(db.session, lambda: schedules.change(db.session, row_id, rhythm, **how))
        except Faulty as faulty:
            faults = {name: str(fault) for name, fault in faulty.faults.items()}
            return _form_of(schedules.own_schedule(db.session, row_id), given, faults), 422
        flash(str(say("已保存。", "Saved.")), "success")
        return redirect("/exports/schedules")

    def typed_words(self, _: str) -> Mapping[str, Any]:
        """What the fields of the form are called, where they are given back (core/keeping.py)."""
        return due.ASKED

    @expose("/schedules/<int:row_id>/<any(pause,resume,drop,run):what>", methods=["POST"])
    @signed_in
    def change_schedule(self, row_id: int, what: str) -> AnyResponse:
        if what == "drop":
            write(db.session, lambda: db.session.delete(schedules.own_schedule(db.session, row_id)))
            flash(str(say("已删除，不再导出。", "Deleted: it is exported no more.")), "success")
        elif what == "run":
            begun = write(db.session, lambda: schedules.run_now(db.session, row_id))
            told = say("正在制作，做好后有通知。", "It is being made; you are told when it is done.")
            flash(str(told if begun else say("正在制作中，请稍候。", "It is being made already.")), "success")
        else:
            write(db.session, lambda: schedules.pause(db.session, row_id, paused=what == "pause"))
        return redirect("/exports/schedules")


def _form_of(schedule: schedules.ExportSchedule, given: Mapping[str, Any], faults: Mapping[str, str]) -> str:
    """What is exported stays: another list is another schedule."""
    register = register_of(schedule.table_name)
    if register is None:
        raise NotFound()
    return later.page(db.session, register, schedule.query, schedule.columns, given, faults, schedule=schedule)


def _given_of(schedule: schedules.ExportSchedule) -> dict[str, str]:
    day = {f"on_{schedule.every}": str(schedule.on_day)}
    return {
        "name": schedule.name, "form": schedule.form, "every": schedule.every, "hour": str(schedule.hour),
        "by_mail": schedule.by_mail, **day,
    }  # fmt: skip


def _told(receipt: ExportReceipt) -> dict[str, Any]:
    register = register_of(receipt.table_name)
    known = register.fields() if register is not None else {}
    words = [str(known[name].label) if name in known else name for name in receipt.columns]
    return {"receipt": receipt, "title": register.title() if register else receipt.table_name, "columns": words}


def _shown(schedule: schedules.ExportSchedule) -> dict[str, Any]:
    """A schedule, and what its list holds in words; a list that is no longer its owner's is told to be so."""
    register, filter_, columns, refused = register_of(schedule.table_name), "", [], None
    if register is not None:
        try:
            export = kept.export_of(db.session, register, schedule.query, schedule.columns)
            filter_, columns = in_words(export.asked), export.header
        except Refusal as why:
            refused = why.message
    return {"schedule": schedule, "register": register, "filter": filter_, "columns": columns, "refused": refused}


__all__ = ["ExportPages", "making"]
