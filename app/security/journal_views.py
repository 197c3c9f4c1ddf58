"""The journal, readable."""

from flask import render_template
from flask_appbuilder import BaseView, expose

from app.core.doors import door


class JournalPages(BaseView):
    route_base = "/journal"
    class_permission_name = "journal"

    @expose("/")
    @door("read")
    def index(self) -> str:
        return render_template("journal.html", rows=[], filters={}, next=None, previous=None)
