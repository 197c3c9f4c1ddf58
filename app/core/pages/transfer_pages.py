"""Files out: the list as it stands, at once, in the background, or again and again."""

from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, request
from flask_appbuilder import expose
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from app.core import once
from app.core.answers import Faulty
from app.core.doors import door
from app.core.exporting import Export, kept, later, schedules
from app.core.listing.matching import MOST_PARTS
from app.core.pages.answering import export_of, export_response, faults_of, ids_in
from app.core.pages.import_pages import ImportPages
from app.core.pages.list_heads import lasting_query
from app.core.words import say
from app.core.writing import write
from app.extensions import db


class TransferPages(ImportPages):
    """Files in and out."""

    @expose("/export")
    @door("export")
    def export(self) -> AnyResponse:
        """The file; what nobody would wait for is asked for on a page of its own."""
        export = self._export_asked()
        form = "xlsx" if request.args.get("format") == "xlsx" else "csv"
        if export.takes_long(form, kept.LARGE):
            how = urlencode({"columns": request.args.get("columns", ""), "format": form})
            return redirect(f"/{self.table()}/export/later?{lasting_query(request.args)}&{how}")
        return export_response(export, form)

    def _export_asked(self) -> Export:
        """The list, or the rows of it that are ticked."""
        ticked, args = ids_in(request.args.getlist("ids")), request.args
        if not ticked and "matching" not in args:
            return export_of(type(self), args)
        pairs = parse_qsl((args.get("matching") or args.get("from", ""))[:4000].lstrip("?"), max_num_fields=MOST_PARTS)
        listed = MultiDict([*pairs, ("columns", args.get("columns", ""))])
        return export_of(type(self), listed, lambda listing: listing.only(listing.asked(listed), ticked))

    @expose("/export/later", methods=["GET", "POST"])
    @door("export")
    def export_later(self) -> AnyResponse | str | tuple[str, int]:
        """Made in the background, now or whenever it is due."""
        if request.method == "GET":
            return self._later_page(lasting_query(request.args), request.args.get("columns", ""))
        query, columns = request.form.get("query", "")[:4000], request.form.get("columns", "")[:2000]
        try:
            return redirect(self._asked_for(query, columns, later.form_in(request.form)))
        except Faulty as faulty:
            return self._later_page(query, columns, faults_of(faulty)), 422

    def _asked_for(self, query: str, columns: str, form: str) -> str:
        """Where it is told how far it is; the same for the same press of the button."""
        now = request.form.get("every") == "now"
        rhythm = None if now else schedules.rhythm_in(request.form)
        key = once.key_of(f"export.{self.table()}", request.form.get(once.FIELD))

        def work() -> dict[str, str]:
            if rhythm is None:
                return {"link": f"/jobs/{kept.ask_now(db.session, type(self), form, query, columns).job_id}"}
            schedules.add(
                db.session, type(self), rhythm, name=request.form.get("name", ""), form=form, query=query, columns=columns,
                by_mail=request.form.get("by_mail", ""),
            )  # fmt: skip
            return {"link": "/exports/schedules"}

        link = str(write(db.session, lambda: once.answered(db.session, key, work))["link"])
        if rhythm is not None:
            flash(str(say("已设定：{r}。", "Scheduled: {r}.", r=rhythm.in_words)), "success")
        return link

    def _later_page(self, query: str, columns: str, faults: dict[str, str] | None = None) -> str:
        given = request.form if request.method == "POST" else request.args
        large = kept.LARGE if "format" in request.args else None  # sent here instead of a file
        return later.page(
            db.session, type(self), query, columns, given, faults or {}, large=large, token=once.new_token()
        )
