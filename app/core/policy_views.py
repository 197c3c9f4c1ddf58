"""The register of policies: the numbers of the rule book, by date, kept by the admin.

A figure's kind depends on its row: only its own page (`policy_pages.py`) knows that 30000 are 300 yuan. A form of the
register would show the fen and read them back as yuan, so whoever opens a row or a form of it is led there.
"""

from typing import Any

from flask import redirect
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import policy
from app.core.answers import Faulty
from app.core.doors import door
from app.core.gate import all_rows
from app.core.kinds import BadValue
from app.core.policy import Policy
from app.core.register import Register
from app.core.words import say


class PolicyRegister(Register):
    """A new figure is a new dated row; what was in force stays."""

    model = Policy
    small = True
    label, icon = say("规则参数", "Policy"), "settings"
    rows = all_rows("admin", "general_manager", "service_manager", "auditor")
    list_columns = "name estate valid_from note"
    form_columns = "name value estate valid_from note"
    search = "name note"
    filters = "name estate valid_from"
    order = "name -valid_from"
    inline = False

    @expose("/<int:row_id>")
    @door("read")
    def show(self, row_id: int) -> AnyResponse:
        return redirect(f"/figures/{self._raw(row_id).name}")

    @expose("/new", methods=["GET", "POST"])
    @door("add")
    def new(self) -> AnyResponse:
        return redirect("/figures/")

    @expose("/<int:row_id>/edit", methods=["GET", "POST"])
    @door("edit")
    def edit(self, row_id: int) -> AnyResponse:
        return redirect(f"/figures/{self._raw(row_id).name}?row={row_id}#change")

    @classmethod
    def before_create(cls, row: Any, act: Any) -> None:
        _read(row)

    @classmethod
    def before_edit(cls, row: Any, act: Any) -> None:
        _read(row)


def _read(row: Policy) -> None:
    """The name has to be one that a rule asks for, the value one that it can use."""
    known = policy.declared().get(row.name)
    if known is None:
        raise Faulty({"name": say("没有这个参数名。", "No rule asks for this name.")})
    try:
        value = policy.read_value(known, row.value)
    except BadValue as bad:
        raise Faulty({"value": bad.sentence}) from None
    row.value = value
