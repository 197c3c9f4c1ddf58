"""Rights, readable: what each role may do on each register, as the code says."""

from flask import render_template
from flask_appbuilder import BaseView, expose

from app.core.declaration import all_registers
from app.core.doors import door
from app.core.history import WORDS
from app.core.verbs import verbs_of
from app.core.words import Say, say
from app.security.roles import Role, table_of_rights


class RolesPage(BaseView):
    route_base = "/roles"
    class_permission_name = "policy"
    label, icon = say("岗位权限", "Rights"), "shield"

    @expose("/")
    @door("read")
    def index(self) -> str:
        rights = table_of_rights()
        rows = [
            (each.title(), [_words(table, rights[str(role)].get(table, frozenset())) for role in Role])
            for table, each in all_registers().items()
        ]
        return render_template("roles.html", roles=list(Role), rows=rows)


_GENERAL: dict[str, Say] = {
    "read": say("查看", "read"), **{name: WORDS[name] for name in ("add", "edit", "delete", "import", "export", "reveal")},
    "print": say("打印", "print"),
}  # fmt: skip


def _words(table: str, verbs: frozenset[str]) -> list[Say]:
    """General rights first, then the table's verbs in their order."""
    of_table = verbs_of(table)
    return [word for name, word in _GENERAL.items() if name in verbs] + [
        verb.label for name, verb in of_table.items() if name in verbs
    ]
