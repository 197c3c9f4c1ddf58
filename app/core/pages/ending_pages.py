"""The end of a record: what goes with it and what holds it, before it is deleted; and those that were deleted."""

from flask import flash, redirect, render_template, request
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import gate, here, once, saving, viewing
from app.core.answers import Conflict, Faulty, NotFound
from app.core.blockers import NotAllowed
from app.core.deleting import bound, gone
from app.core.doors import door
from app.core.look import along, came_from
from app.core.pages.answering import Answering, faults_of, ids_in, refused_status
from app.core.reading import read_one
from app.core.receipts import choosing, deleting, doing
from app.core.routes import row_number
from app.core.verbs import Act
from app.core.words import say
from app.extensions import db

DELETED = say(
    "已删除。误删的可以在「已删除」里重新录入。",
    "Deleted. What was deleted by mistake is entered again from “Deleted”.",
)


class EndingPages(Answering):
    """One write path for them: `saving.delete`."""

    @expose("/<int:row_id>/delete", methods=["GET", "POST"])
    @door("delete")
    def delete(self, row_id: int) -> AnyResponse | str | tuple[str, int]:
        if request.method == "GET":
            return self._before_deleting(row_id)
        try:
            saving.delete(db.session, type(self), row_id, version=request.form.get("version", type=int))
        except (Faulty, NotAllowed, Conflict) as refused:
            return self._before_deleting(row_id, refused), refused_status(refused)
        flash(str(DELETED), "success")
        return redirect(f"/{self.table()}/?{came_from() or ''}")

    @expose("/delete", methods=["GET", "POST"])
    @door("delete")
    def delete_many(self) -> AnyResponse | str:
        """Those that were ticked, all that the list holds, or what a receipt says was left: looked at, then deleted."""
        asked = request.form if request.method == "POST" else request.args
        rows = choosing.chosen_to_delete(db.session, type(self), asked, ids_in(asked.getlist("ids")))
        if request.method == "POST":
            batch = deleting.begin(db.session, type(self), rows, request.form.get(once.FIELD))
            batch_id, job_id = batch.id, batch.job_id
            if job_id is not None:
                return redirect(f"/jobs/{job_id}")
            deleting.carry_out(db.session, batch_id)
            return redirect(along(f"/receipts/{batch_id}"))
        verdicts = deleting.foreseen(db.session, type(self), rows.ids)
        return render_template(
            "delete_many.html", register=type(self), rows=rows, verdicts=verdicts, token=once.new_token(),
            days=gone.ENTERED_FOR.days, again=gone.enters_again(type(self)), at_once=doing.AT_ONCE,
        )  # fmt: skip

    def _before_deleting(self, row_id: int, refused: Exception | None = None) -> str:
        self._raw(row_id)
        ties = bound.ties_of(db.session, type(self), row_id)
        blockers = saving.delete_blockers(type(self), self._raw(row_id), Act(db.session, here.me()))
        row = read_one(db.session, self.model, row_id, [*self.listed(), self.model.__label__])
        if row is None:
            raise NotFound()
        drawn = render_template(
            "delete.html", register=type(self), row=row, label=self._label(row), ties=ties, blockers=blockers,
            refused="；".join(faults_of(refused).values()) if refused else "", days=gone.ENTERED_FOR.days,
            again=gone.enters_again(type(self)),
        )  # fmt: skip
        viewing.tell(db.session, self.table(), row)
        return drawn

    @expose("/deleted")
    @door("read")
    def deleted(self) -> str:
        """Who deleted what, when; from here it is entered again."""
        found, further = gone.page(db.session, type(self), request.args.get("before", type=row_number))
        return render_template(
            "deleted.html", register=type(self), found=found, further=further, days=gone.ENTERED_FOR.days,
            every=gate.sees_all(self.model, here.me()), before=request.args.get("before"),
        )  # fmt: skip
