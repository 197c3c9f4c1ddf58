"""The register of trees, kept by the admin."""

import re
from typing import Any

from sqlalchemy import select

from app.core.answers import Faulty
from app.core.defined import LONGEST_NAME, WRONG_NAME
from app.core.gate import all_rows
from app.core.register import Register
from app.core.trees import lines
from app.core.trees import renaming as renaming
from app.core.trees.kept import OptionTree
from app.core.words import say

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class OptionTreeRegister(Register):
    """Nobody deletes one: fields name it. What is left out of it stays readable."""

    model = OptionTree
    small = True
    label, icon = say("选项树", "Option trees"), "git-branch"
    rows = all_rows("admin", "auditor")
    list_columns = "title name tree updated_at"
    form_columns = "title name tree"
    edit_columns = "title tree"
    search = "title name"
    filters = "name title"
    order = "name"

    @classmethod
    def before_create(cls, row: Any, act: Any) -> None:
        if len(row.name) > LONGEST_NAME or not _NAME.fullmatch(row.name):
            raise Faulty({"name": WRONG_NAME})

    @classmethod
    def before_edit(cls, row: Any, act: Any) -> None:
        with act.db.no_autoflush:
            before = act.db.execute(select(OptionTree.tree).where(OptionTree.id == row.id)).scalar_one()
        row.tree = lines.written(lines.changed(lines.read(before), lines.read(row.tree)))
