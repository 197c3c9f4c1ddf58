"""A choice of a tree gets another name, and keeps its rows: whatever is below it and whatever holds it goes along."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core.answers import Faulty
from app.core.blockers import Blocker
from app.core.declaration import Declaration, all_registers
from app.core.kinds import BadValue, Text
from app.core.record import Field
from app.core.trees import lines, paths
from app.core.trees.kept import OptionTree
from app.core.verbs import Act, Verb, ask
from app.core.words import joined, say

#: rows that are written in the one transaction
MOST = 5000
WHICH = say(
    "不重名的写名称，重名的写全，如 浙江/杭州。",
    "Its name, or where several have it the whole path, like North/Harbour.",
)
#: values that one statement asks for
PORTION = 500


class RenameChoice(Verb):
    """One transaction: the tree, and each row with its line of the journal."""

    table, label, icon = "option_tree", say("选项改名", "Rename a choice"), "pencil"
    choice = ask(Text(size=200), "要改名的选项", "Choice", help=WHICH)
    to = ask(Text(size=lines.LONGEST), "新名称", "New name")

    def blockers(self, row: OptionTree, act: Act, choice: str = "", to: str = "") -> Sequence[Blocker]:  # type: ignore[override]
        if not choice or not to:
            return []
        _, moved = _renamed(row, choice, to)
        if sum(_count(act.db, register, spot, moved) for register, spot in fields_of(row.name)) <= MOST:
            return []
        return [Blocker("too_many", "", say("有 {n} 条以上的记录用到它。", "More than {n} records hold it.", n=MOST),
                        say("在各登记簿的列表里筛选后分批修改。", "Filter them in their lists and change them there, in parts."))]  # fmt: skip

    def choices(self, row: OptionTree, act: Act) -> dict[str, Any]:
        named = [
            say("{r}「{f}」", "{r}: {f}", r=register.title(), f=spot.label) for register, spot in fields_of(row.name)
        ]
        if not named:
            return {}
        return {"told": [say("用到它的记录一起改：{w}。", "Records that hold it go along: {w}.", w=joined(named))]}

    def do(self, row: OptionTree, act: Act, choice: str, to: str) -> None:  # type: ignore[override]
        tree, moved = _renamed(row, choice, to)
        for register, spot in fields_of(row.name):
            for each in _rows(act.db, register, spot, moved):
                setattr(each, spot.attribute, moved[getattr(each, spot.attribute)])
        row.tree = lines.written(tree)


def fields_of(name: str) -> Iterator[tuple[type[Declaration], Field]]:
    """Every field that holds a path of this tree."""
    for register in all_registers().values():
        for spot in register.fields().values():
            if isinstance(spot.kind, paths.TreePath) and spot.kind.tree == name:
                yield register, spot


def _renamed(row: OptionTree, choice: str, to: str) -> tuple[lines.Tree, Mapping[str, str]]:
    """The tree afterwards, and old path -> new path. Raises Faulty."""
    tree = lines.read(row.tree)
    try:
        old = tree.found(choice, inner=True)
    except BadValue as bad:
        raise Faulty({"choice": bad.sentence}) from None
    try:
        after, moved = lines.renamed(tree, old, to)
    except BadValue as bad:
        raise Faulty({"to": bad.sentence}) from None
    return after, {lines.joined(was): lines.joined(now) for was, now in moved.items()}


def _holding(query: Select[Any], register: type[Declaration], spot: Field, moved: Mapping[str, str]) -> Iterator[Any]:
    """The query for those of its rows that hold one of these, in parts."""
    wanted = list(moved)
    for start in range(0, len(wanted), PORTION):
        yield query.where(getattr(register.model, spot.attribute).in_(wanted[start : start + PORTION]))


def _count(session: Session, register: type[Declaration], spot: Field, moved: Mapping[str, str]) -> int:
    """Of each part no further than one more than may be."""
    some = select(register.model.id).limit(MOST + 1)
    parts = [each.subquery() for each in _holding(some, register, spot, moved)]
    return sum(session.execute(select(func.count()).select_from(each)).scalar_one() for each in parts)


def _rows(session: Session, register: type[Declaration], spot: Field, moved: Mapping[str, str]) -> Iterator[Any]:
    query = select(register.model).order_by(register.model.id)
    for each in _holding(query, register, spot, moved):
        yield from session.execute(each).scalars()
