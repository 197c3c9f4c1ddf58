"""The register of policies: the numbers of the rule book, by date, kept by the admin."""

from typing import Any

from app.core import policy
from app.core.answers import Faulty
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
    list_columns = "name value estate valid_from note"
    form_columns = "name value estate valid_from note"
    search = "name note"
    filters = "name estate valid_from"
    order = "name -valid_from"

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
