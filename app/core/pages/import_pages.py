"""The import wizard: upload, mapping and check on one page, then all rows or the good ones."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file
from flask_appbuilder import expose
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.core import once, waiting
from app.core.answers import Busy, Conflict, Faulty, NotFound, Refusal
from app.core.doors import door
from app.core.importing import How, faulty, job, memory, plan, receipt, undoing, wanted_columns, wizard, writing
from app.core.importing.examples import example
from app.core.importing.matching import keys_of, label_of
from app.core.importing.undoing import Meant
from app.core.look import along
from app.core.pages.answering import Answering, faults_of
from app.core.receipts.choosing import called_in
from app.core.receipts.doing import AT_ONCE
from app.core.receipts.table import told
from app.core.sheets import LARGEST_FILE, Sheet
from app.core.words import say
from app.core.writing import write
from app.extensions import db

TAKEN_BACK = say("导错了可以从回执整批撤回。", " An import by mistake is taken back as a whole from its receipt.")
RECEIPT = say("查看回执", "See the receipt")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportPages(Answering):
    """Looks first and writes on the second press. The file waits; it is sent only once."""

    @expose("/import", methods=["GET", "POST"])
    @door("import")
    def import_(self) -> AnyResponse | str | tuple[str, int]:
        if not self.imported():
            raise NotFound()
        token = request.values.get("token", "")
        try:
            if not token and request.method == "GET":
                return self._upload_page()
            if request.args.get("told") and request.method == "GET":
                return self._told_page(token)
            fresh = token or self._sent()
            name, data = waiting.take(fresh)
            sheet = plan.sheet_of(type(self), name, data, any_header=True)
            if request.method == "GET" or not token or request.form.get("step") == "check":
                return self._check_page(fresh, name, sheet, self._how(fresh, sheet))
            return self._import(fresh, name, sheet, self._how(fresh, sheet))
        except Faulty as refused:
            return self._upload_page(faults=faults_of(refused)), 422

    def _sent(self) -> str:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Faulty({"file": say("请选择文件。", "Choose a file.")})
        data = sent.stream.read(LARGEST_FILE + 1)
        plan.sheet_of(type(self), sent.filename, data, any_header=True)  # what can't be read is not kept
        return waiting.keep(sent.filename, data)

    def _how(self, token: str, sheet: Sheet) -> How:
        """What the form says, else what was said of this file before, else what is guessed."""
        if "mapped" in request.form:
            how = wizard.how_in(request.form, type(self), sheet)
            write(db.session, lambda: memory.remember(db.session, self.table(), sheet, how.mapping or {}, how.key))
            return how
        return wizard.kept_how(token) or wizard.first_how(db.session, type(self), sheet)

    def _check_page(
        self, token: str, name: str, sheet: Sheet, how: How, refused: writing.Answer | Refusal | None = None
    ) -> tuple[str, int]:
        """What is seen of the file; after a refusal with what stood in the way, and the file and its mapping as they were."""
        judged = refused.plan if isinstance(refused, writing.Answer) else None
        found = wizard.check(db.session, type(self), token, name, sheet, how, judged)
        page = render_template(
            "importing/check.html", register=type(self), found=found, answer=writing.Answer.of(found.plan),
            lines=wizard.grid(db.session, found), columns=wizard.columns(type(self)), keys=self._keys(),
            counts=found.plan.counts(), samples=[wizard.sample(sheet, place) for place in range(len(sheet.header))],
            once=once.new_token(), shown=wizard.SHOWN, looked_at=wizard.LOOKED_AT,
            stopped=refused is not None, told=_sentences(refused) if isinstance(refused, Refusal) else [],
        )  # fmt: skip
        if isinstance(refused, Refusal):
            return page, refused.status
        return page, 422 if found.plan.faulty() or not sheet.rows else 200

    def _keys(self) -> list[tuple[str, Any]]:
        return [(name, label_of(type(self), key)) for name, key in keys_of(type(self)).items()]

    def _import(self, token: str, name: str, sheet: Sheet, how: How) -> AnyResponse | tuple[str, int]:
        wizard.keep_how(token, how)
        click = request.form.get(once.FIELD)
        dry_run = request.form.get("step") == "check_all"
        if dry_run or wizard.is_long(type(self), sheet, how):
            return self._by_job(token, len(sheet.rows), click, dry_run)
        try:
            answer = writing.carry_out(
                db.session, type(self), name, sheet, how, token=click, seen=lambda made: faulty.keep_faults(token, made)
            )
        except (Faulty, Conflict, Busy) as refused:
            return self._check_page(token, name, sheet, how, refused)
        if not answer.written:
            return self._check_page(token, name, sheet, how, answer)
        flash(_written(answer), "success")
        if answer.faulty:
            return redirect(f"/{self.table()}/import?token={token}&told=1")
        if not click:
            waiting.drop(token)
        return redirect(f"/{self.table()}/")

    def _by_job(self, token: str, rows: int, click: str | None, dry_run: bool) -> AnyResponse:
        key = once.key_of(f"import.{self.table()}.{dry_run}", click)

        def work() -> dict[str, Any]:
            return {"job": job.ask_for(db.session, type(self), token, rows, dry_run=dry_run).id}

        return redirect(f"/jobs/{write(db.session, lambda: once.answered(db.session, key, work))['job']}")

    def _upload_page(self, **found: Any) -> str:
        columns = wanted_columns(type(self))
        return render_template(
            "importing/upload.html", register=type(self), columns=columns, latest=receipt.latest(db.session, self.table()),
            file_of=receipt.file_of, **{"faults": {}, **found},
        )  # fmt: skip

    def _told_page(self, token: str) -> str:
        """After a job, or when only the good rows were taken: what is left, and the way to get it back."""
        name, _ = waiting.take(token)
        left = len(faulty.kept_faults(token))
        return render_template("importing/told.html", register=type(self), token=token, name=name, left=left)

    @expose("/import/undo", methods=["GET", "POST"])
    @door("import")
    def undo_import(self) -> AnyResponse | str:
        """An import taken back: what would become of its rows, then all that may, with a receipt."""
        meant = Meant(db.session, type(self), request.values)
        if request.method == "GET":
            return self._before_undoing(meant)
        rehearsal = request.form.get("do") == "rehearse"
        token = request.form.get(once.FIELD)
        batch = undoing.begin(db.session, type(self), meant, token=token, rehearsal=rehearsal)
        batch_id = batch.id
        if batch.job_id is not None:
            return redirect(f"/jobs/{batch.job_id}")
        while undoing.carry_out(db.session, batch_id):
            pass
        return redirect(along(f"/receipts/{batch_id}"))

    def _before_undoing(self, meant: Meant) -> str:
        fates = undoing.foreseen(db.session, meant)
        labels = called_in(db.session, [(fate.table, fate.row_id) for fate in fates])
        lines = [
            {"fate": fate, "label": labels.get((fate.table, fate.row_id)), "reasons": told(fate.why)}
            for fate in sorted(fates, key=lambda fate: not fate.why)
        ]
        return render_template(
            "importing/undo.html", register=type(self), meant=meant, file=receipt.file_of(meant.imported), lines=lines,
            stays=sum(1 for fate in fates if fate.why), token=once.new_token(), at_once=AT_ONCE,
        )  # fmt: skip

    @expose("/import/faulty")
    @door("import")
    def import_faulty(self) -> AnyResponse:
        """The faulty rows with their messages in a further column."""
        token = request.args.get("token", "")
        try:
            name, data = waiting.take(token)
        except Faulty:
            raise NotFound(waiting.GONE) from None
        lines = faulty.rows_of(plan.sheet_of(type(self), name, data, any_header=True), faulty.kept_faults(token))
        return self._file(lines, "faulty")

    @expose("/import/template")
    @door("import")
    def import_template(self) -> AnyResponse:
        """A file to begin with: the right header and one row as an example."""
        return self._file(example(db.session, type(self)), "template")

    def _file(self, lines: list[list[str]], word: str) -> AnyResponse:
        name = f"{self.table()}-{word}"
        if request.args.get("format") == "xlsx":
            return send_file(faulty.as_xlsx(lines), as_attachment=True, download_name=f"{name}.xlsx", mimetype=XLSX)
        answer = Response(faulty.as_csv(lines), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answer


def _sentences(refusal: Refusal) -> list[str]:
    """Why a file as a whole could not be written."""
    if not isinstance(refusal, Faulty):
        return [str(refusal.message)]
    return [f"{field}{say('：', ': ')}{told}" if field else str(told) for field, told in refusal.faults.items()]


def _written(answer: Any) -> str:
    """How many rows of which kind, and the way to the receipt from which they are taken back."""
    if not answer.receipt:
        return str(job.in_words(answer))
    return Markup('{}{} <a href="/receipts/{}">{}</a>').format(
        job.in_words(answer), TAKEN_BACK, answer.receipt, RECEIPT
    )
