"""Drafts of forms that are no register's own: a verb's dialog with long text, a comment, a change of many rows.

Such a form says where it is sent to (`m.drafted`), and js/forms.js keeps what is typed there and fills it in
again. When the form has been taken its draft goes, whatever page it was.
"""

from flask import Flask, Response, jsonify, redirect, request
from flask_appbuilder import BaseView, expose
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.core import drafts, here, keeping
from app.core.answers import NotFound
from app.core.doors import signed_in
from app.extensions import db

#: what a form's field `draft` holds when there is a draft of it here
FLAG = "at"


class DraftPages(BaseView):
    """One's own drafts alone, whatever address is asked for."""

    route_base = "/drafts"
    class_permission_name = "draft"

    @expose("/", methods=["GET", "POST"])
    @signed_in
    def at(self) -> AnyResponse:
        """GET: what was typed, in JSON. POST: what is typed so far; or it is dropped."""
        form = keeping.draft_of(request.args.get("at", ""))
        if form is None:
            raise NotFound()
        if request.method == "GET":
            return jsonify(drafts.take(db.session, form) or [])
        if request.form.get("then") == "drop":
            drafts.drop(db.session, form)
            return redirect("/")
        drafts.keep(db.session, form, request.form.items(multi=True))
        return AnyResponse(status=204)


def init_app(app: Flask) -> None:
    app.after_request(_drop_what_was_taken)
    app.jinja_env.globals["draft_kept_at"] = lambda path: drafts.kept_at(db.session, drafts.form_at(path))


def _drop_what_was_taken(answer: Response) -> Response:
    """A form is taken when it leads on, or when its part of the page comes back as it is now."""
    leads_on = answer.status_code == 302 or (answer.status_code == 200 and "HX-Request" in request.headers)
    if request.method == "POST" and leads_on and here.me().user_id is not None and _is_drafted():
        drafts.drop(db.session, drafts.form_at(request.path))
    return answer


def _is_drafted() -> bool:
    try:
        return request.form.get("draft") == FLAG
    except HTTPException:
        return False
