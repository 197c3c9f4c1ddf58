"""Rights, readable: roles, tables, verbs."""

from flask import render_template
from flask_appbuilder import BaseView, expose

from app.core.doors import door


class RolesPage(BaseView):
    route_base = "/roles"
    class_permission_name = "policy"

    @expose("/")
    @door("read")
    def index(self) -> str:
        return render_template("roles.html")
