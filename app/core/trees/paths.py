"""The kind of a field that holds a path of a tree: chosen by typing any part of it, filtered by any level."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.kinds import BadValue, Kind, Text
from app.core.trees.lines import Tree, joined
from app.core.values import clean_text
from app.core.words import say

#: name -> the tree in force (kept.py)
_trees: dict[str, Tree] = {}
#: choices under what a list is filtered by
MOST_UNDER = 2000
OFFERED = 20


def put_in_force(trees: Mapping[str, Tree]) -> None:
    _trees.clear()
    _trees.update(trees)


@dataclass(frozen=True)
class TreePath(Text):
    """`浙江/杭州/西湖`, as it is chosen, shown, exported and sent. What is no longer offered stays readable."""

    widget: ClassVar[str] = "path"
    operators: ClassVar[tuple[str, ...]] = ("eq", "null")
    tree: str = ""
    size: int = 200

    def read(self, raw: Any) -> Any:
        text = clean_text(raw, self.size)
        return None if text is None else joined(self._known().found(text))

    def under(self, raw: str) -> list[str]:
        """All that a filter lets through: the path and what is below it. Raises BadValue."""
        tree = self._known()
        found = tree.under(tree.found(raw, inner=True))
        if len(found) > MOST_UNDER:
            raise BadValue(say("范围太大，请选下一级。", "That is too much at once; choose a level below it."))
        return [joined(path) for path in found]

    def offered(self, text: str, *, inner: bool) -> list[dict[str, str]]:
        fit = self._known().like(text[:64], OFFERED, inner=inner)
        return [{"id": joined(path), "label": joined(path)} for path in fit]

    def example(self) -> str:
        return next((joined(path) for path in self._known().like("", 1)), "")

    def _known(self) -> Tree:
        if self.tree not in _trees:
            raise BadValue(
                say(
                    "选项树「{n}」不存在，请联系管理员。", "There is no tree “{n}”; ask the administrator.", n=self.tree
                )
            )
        return _trees[self.tree]


@dataclass(frozen=True)
class TreeName(Kind):
    """Which of the trees in force."""

    widget: ClassVar[str] = "select"

    @property
    def options(self) -> list[tuple[str, str]]:
        return [
            (name, f"{name}：{'、'.join(path[0] for path in tree.offered if len(path) == 1)[:30]}")
            for name, tree in sorted(_trees.items())
        ]

    def chosen(self, raw: Any) -> str:
        """Raises BadValue."""
        if raw not in _trees:
            raise BadValue(
                say(
                    "请选择一个选项树；没有就先在「选项树」登记。",
                    "Choose a tree; enter one under “Option trees” first.",
                )
            )
        return str(raw)
