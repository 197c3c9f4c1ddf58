"""Files in and out: the import's steps, the export."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import waiting
from app.core.answers import Faulty, NotFound
from app.core.doors import door
from app.core.importing import bring_in, wanted_columns
from app.core.pages.answering import Answering, export_response, faults_of
from app.core.sheets import LARGEST_FILE
from app.core.words import say
from app.extensions import db

FAULTS_SHOWN = 200


class TransferPages(Answering):
    """Import looks first and writes on the second press; export is the list as it stands."""

    @expose("/import", methods=["GET", "POST"])
    @door("import")
    def import_(self) -> AnyResponse | str | tuple[str, int]:
        """Upload, look at what was found, import. The file waits; it is sent only once."""
        if not self.imported():
            raise NotFound()
        if request.method == "GET":
            return self._import_page()
        token = request.form.get("token", "")
        try:
            if token:
                return self._import_waiting(token)
            sent = request.files.get("file")
            if sent is None or not sent.filename:
                raise Faulty({"file": say("请选择文件。", "Choose a file.")})
            data = sent.stream.read(LARGEST_FILE + 1)
            answer = bring_in(db.session, type(self), sent.filename, data, dry_run=True)
        except Faulty as faulty:
            return self._import_page(faults=faults_of(faulty)), 422
        token = "" if answer.faulty else waiting.keep(sent.filename, data)
        return self._import_page(answer=answer, token=token, name=sent.filename), 422 if answer.faulty else 200

    def _import_waiting(self, token: str) -> AnyResponse | tuple[str, int]:
        name, data = waiting.take(token)
        answer = bring_in(db.session, type(self), name, data)
        if answer.faulty:
            return self._import_page(answer=answer, name=name), 422
        waiting.drop(token)
        flash(str(say("已导入 {n} 行。", "{n} rows imported.", n=answer.rows)), "success")
        return redirect(url_for(".index"))

    def _import_page(self, **found: Any) -> str:
        columns = wanted_columns(type(self))
        found = {"faults": {}, "answer": None, "token": "", "name": "", **found}
        return render_template("import.html", register=type(self), columns=columns, most=FAULTS_SHOWN, **found)

    @expose("/import/template")
    @door("import")
    def import_template(self) -> AnyResponse:
        """An empty file with the right header."""
        header = ",".join(str(spot.label) for spot, _ in wanted_columns(type(self)))
        answer = Response(f"\ufeff{header}\r\n", content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="{self.table()}-template.csv"'
        return answer

    @expose("/export")
    @door("export")
    def export(self) -> AnyResponse:
        return export_response(type(self), request.args)
