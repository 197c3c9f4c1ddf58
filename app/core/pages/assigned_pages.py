"""What is asked of colleagues about a record, beside its comments."""

from flask import flash, request
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import once
from app.core.answers import Faulty, NotFound
from app.core.assigning import asking
from app.core.doors import door
from app.core.pages.answering import faults_of, ids_in
from app.core.pages.part_pages import PartPages
from app.core.words import say
from app.extensions import db


class AssignedPages(PartPages):
    """Whoever sees the record may ask; by whom it is answered, `asking.py` says."""

    @expose("/<int:row_id>/assign", methods=["POST"])
    @door("read")
    def assign(self, row_id: int) -> AnyResponse | str | tuple[str, int]:
        self._is_assigned()
        try:
            asking.ask(db.session, type(self), row_id, request.form, token=request.form.get(once.FIELD))
        except Faulty as faulty:
            return self._not_asked(row_id, faulty)
        self._warn_of_absence()
        return self._told(row_id)

    @expose("/<int:row_id>/assign/<int:assignment_id>", methods=["POST"])
    @door("read")
    def answer(self, row_id: int, assignment_id: int) -> AnyResponse | str | tuple[str, int]:
        """Done, sent back, withdrawn, or handed on (`do`)."""
        self._is_assigned()
        verb, form = request.form.get("do", ""), request.form
        try:
            if verb == asking.HAND_ON:
                asking.hand_on(db.session, type(self), row_id, assignment_id, form.get("to"))
                self._warn_of_absence()
            else:
                asking.answer(db.session, type(self), row_id, assignment_id, verb, form.get("answer"))
        except Faulty as faulty:
            return self._not_asked(row_id, faulty, assignment_id)
        return self._told(row_id)

    def _is_assigned(self) -> None:
        if not self.assigned:
            raise NotFound()

    def _not_asked(self, row_id: int, faulty: Faulty, assignment_id: int = 0) -> tuple[str, int]:
        """The fault stands at its place: `asked.text`, or `7.answer` of what was asked already."""
        if not request.headers.get("HX-Request"):
            raise faulty
        place = assignment_id or "asked"
        return self._story(row_id, {f"{place}.{name}": fault for name, fault in faults_of(faulty).items()}), 422

    @staticmethod
    def _warn_of_absence() -> None:
        """It stands; who asks may want to ask somebody else."""
        [to] = ids_in([request.form.get("to", "")])[:1] or [0]
        if found := asking.away(db.session, to):
            told = say(
                "{n}请假到 {d}；可以转交别人。", "{n} is away until {d}; you may hand it on.", n=found[0], d=found[1]
            )
            flash(str(told), "warning")
