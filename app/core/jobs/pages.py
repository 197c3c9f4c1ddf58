"""The jobs of the person at the screen: a list, a page each with its bar, and the wish to cancel."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app.core import here
from app.core.answers import NotFound
from app.core.doors import signed_in
from app.core.jobs.table import Job, JobState, both
from app.core.jobs.worker import CANCELLED
from app.core.words import say
from app.core.writing import write
from app.extensions import db

SHOWN = 100


class JobPages(BaseView):
    """Only one's own: another's job is not there."""

    route_base = "/jobs"
    class_permission_name = "job"

    @expose("/")
    @signed_in
    def index(self) -> str:
        query = select(Job).where(Job.owner_id == here.me().user_id).order_by(Job.id.desc()).limit(SHOWN)
        return render_template("jobs/list.html", jobs=list(db.session.execute(query).scalars()))

    @expose("/<int:row_id>")
    @signed_in
    def show(self, row_id: int) -> str:
        """The page asks for its own middle again while the job runs and somebody looks, and then no more."""
        partial = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
        return render_template("jobs/progress.html" if partial else "jobs/show.html", job=mine(row_id))

    @expose("/<int:row_id>/cancel", methods=["POST"])
    @signed_in
    def cancel(self, row_id: int) -> AnyResponse:
        write(db.session, lambda: _cancel(row_id))
        flash(str(say("将在当前这一步做完后停下。", "It stops after the step it is at.")), "success")
        return redirect(f"/jobs/{row_id}")


def mine(job_id: int, **options: Any) -> Job:
    query = select(Job).where(Job.id == job_id, Job.owner_id == here.me().user_id)
    query = query.with_for_update() if options.get("lock") else query
    job = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if job is None:
        raise NotFound()
    return job


def _cancel(job_id: int) -> None:
    job = mine(job_id, lock=True)
    job.cancel = job.cancel or not job.is_over
    if job.state == JobState.WAITING:
        job.state, job.ended_at = str(JobState.CANCELLED), here.now()
        job.result = {**job.result, "note": both(CANCELLED)}
