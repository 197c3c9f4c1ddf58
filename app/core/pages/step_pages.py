"""A long form step by step: whoever goes on is told what is wrong so far (js/steps.js). Only saving stores anything."""

from flask import jsonify, request
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import checking, child_rows, children
from app.core.doors import door
from app.core.pages.child_lines import sections
from app.core.pages.form_pages import FormPages
from app.extensions import db


class StepPages(FormPages):
    """What is wrong is told by the names that the fields have in the form; the page knows which it has shown."""

    @expose("/new/step", methods=["POST"])
    @door("add")
    def step(self) -> AnyResponse:
        known = self.fields()
        faults = checking.faults_so_far(db.session, type(self), self._given(request.form, editing=False))
        told = [(name, known[name].label, fault) for name, fault in faults.items() if name in known]
        of_rows = child_rows.faults(db.session, children.of(type(self)), request.form)
        if of_rows:
            said = {name: str(fault) for name, fault in of_rows.items()}
            told += [each for part in sections(type(self), None, request.form, said) for each in part.wrong()]
        return jsonify([{"name": name, "label": str(label), "fault": str(fault)} for name, label, fault in told])
