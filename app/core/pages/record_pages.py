"""The page of one record: facts, papers, files, verbs; a masked value revealed."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import files, following, here, jobs, revealing, saving, unchanged, viewing
from app.core.answers import Faulty
from app.core.blockers import NotAllowed
from app.core.brief import named_by, said
from app.core.declaration import names, referring_to, register_of
from app.core.doors import door
from app.core.fieldsets import parted
from app.core.kinds import LongText
from app.core.look import along
from app.core.pages.answering import back_address, faults_of, file_response, refused_status, sent_file
from app.core.pages.file_pages import FilePages
from app.core.printing import layouts
from app.core.reading import Column, Seen
from app.core.rights import may
from app.core.verbs import Act, Ask, verbs_of
from app.core.words import Say, say
from app.extensions import db

REASON_TO_REVEAL = Ask(LongText(size=200), say("查看原因", "Reason"), name="reason")


class RecordPages(FilePages):
    """One row, as the person may see it."""

    @expose("/<int:row_id>")
    @door("read")
    def show(self, row_id: int) -> str:
        unchanged.stands()
        return self._record_page(row_id)

    def _record_page(self, row_id: int, **extra: Any) -> str:
        """What one came for; what else there is to see is asked for when it comes into view (`part_pages.py`)."""
        row, raw = self._both(row_id)
        act = Act(db.session, here.me())
        with here.in_whole_sight():
            parts = self.parts(raw, act)
        drawn = render_template(
            "record.html", register=type(self), row=row, fieldsets=parted(type(self), self._facts(row)),
            folded=self._folded(), verbs=self._verbs_with_blockers(raw, act), parts=parts,
            edit_blockers=saving.edit_blockers(type(self), raw, act) if self._may("edit") else None,
            may=self._shows, papers=self._papers(row), files=self._files(row, raw), has_related=self._has_related(),
            about=[said(row, each) for each in named_by(type(self)) if each != self.model.__label__ and each in row.columns],
            at_work=self._job_at(row_id), my_id=here.me().user_id, followed=self._followed(row_id),
            **extra,
        )  # fmt: skip
        viewing.tell_once(db.session, self.table(), row)
        return drawn

    def _job_at(self, row_id: int) -> jobs.Job | None:
        """What a long verb left to a job, while that is at the record."""
        long = any(verb.by_job for verb in verbs_of(self.table()).values())
        return jobs.at_work_on(db.session, self.table(), row_id) if long else None

    def _facts(self, row: Seen) -> list[Column]:
        """What stands in the card of facts: neither what its head tells nor what has a card of its own."""
        told = {"state", self.model.__label__}
        return [c for c in row.columns.values() if c.name not in told and c.field.kind.widget != "file"]

    def _followed(self, row_id: int) -> bool | None:
        """Whether this person follows the record; None where that can't be."""
        if not self.followed or here.me().staff_id is None:
            return None
        return following.follows(db.session, self.table(), row_id)

    @expose("/<int:row_id>/follow", methods=["POST"])
    @door("read")
    def follow(self, row_id: int) -> AnyResponse:
        """Hear of the record's changes from now on, or no longer."""
        if request.form.get("do") == "stop":
            following.end(db.session, self.table(), row_id)
            flash(str(say("已取消关注。", "No longer followed.")), "success")
        else:
            following.begin(db.session, type(self), row_id)
            told = say(
                "已关注：别人修改、办理或评论时会通知您。",
                "Followed: you are told when others change it, act on it or comment.",
            )
            flash(str(told), "success")
        return redirect(back_address() or along(f"/{self.table()}/{row_id}"))

    def _has_related(self) -> bool:
        tables = [each.partition(".")[0] for each in names(self.related)]
        if any(register_of(table) is not None and may(here.me(), "read", table) for table in tables):
            return True
        return any(may(here.me(), "read", other.table()) for other, _ in referring_to(type(self)))

    def _papers(self, row: Seen) -> list[tuple[Say, str, str]]:
        """(label, address, icon) of what can be printed of this record."""
        if self.printed and not self._shows("print"):
            return []
        own = "print" if self.printed else "part/sheet"
        found = [(say("打印", "Print"), f"/{self.table()}/{row.id}/{own}", "printer")]
        laid_out = [
            (say("打印{n}", "Print {n}", n=each.name), f"/print/{self.table()}/{row.id}?layout={each.key}", "printer")
            for each in layouts.of_register(self.table())
        ]
        usual = any(each.usual for each in layouts.of_register(self.table()))
        return laid_out if usual and not self.printed else found + laid_out

    # --- files ------------------------------------------------------------------------------

    @expose("/<int:row_id>/file/<column>", methods=["GET", "POST"])
    @door("read")
    def file(self, row_id: int, column: str) -> AnyResponse | tuple[str, int]:
        """The scan of a record: opened by GET, kept by POST."""
        if request.method == "GET":
            return file_response(type(self), row_id, column)
        try:
            files.attach(db.session, type(self), row_id, column, sent_file())
        except (Faulty, NotAllowed) as refused:
            faults = {column: next(iter(faults_of(refused).values()))}
            return self._record_page(row_id, file_faults=faults), refused_status(refused)
        flash(str(say("附件已保存。", "The file is kept.")), "success")
        return redirect(back_address() or along(url_for(".show", row_id=row_id)))

    # --- seeing a masked value ---------------------------------------------------------------

    @expose("/<int:row_id>/reveal/<name>", methods=["GET", "POST"])
    @door(revealing.VERB)
    def reveal(self, row_id: int, name: str) -> AnyResponse | str | tuple[str, int]:
        spot = revealing.revealable(type(self), name)
        if request.method == "GET":
            return self._reveal_page(row_id, spot, {})
        try:
            value = revealing.reveal(db.session, type(self), row_id, name, request.form.get("reason"))
        except Faulty as faulty:
            return self._reveal_page(row_id, spot, faults_of(faulty)), 422
        return self._record_page(row_id, revealed={"label": spot.label, "value": value})

    def _reveal_page(self, row_id: int, spot: Any, faults: Mapping[str, str]) -> str:
        return render_template(
            "reveal.html", register=type(self), row=self._seen(row_id), spot=spot, faults=faults,
            given=request.form, ask=REASON_TO_REVEAL,
        )  # fmt: skip
