"""A tree of choices as people write it: a line each, what stands below another further in. No database, no clock.

    浙江
      杭州
        西湖
        ×下城

Behind `×` stands what is no longer offered: it stays readable in the rows that hold it. A line may be a whole path, too,
`浙江/杭州/西湖`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.core.values import BadValue, clean_text, pinyin
from app.core.words import say

MOST, DEEPEST, LONGEST = 5000, 6, 30
GONE = "×"
_BETWEEN = re.compile(r"\s*[/／>＞→]\s*")
_NEVER = re.compile(r"[,，;；|]")

Path = tuple[str, ...]


@dataclass(frozen=True)
class Tree:
    """`nodes`: path -> whether it is still offered, each behind the one above it."""

    nodes: Mapping[Path, bool] = field(default_factory=dict)

    @cached_property
    def inner(self) -> frozenset[Path]:
        """What has something below it."""
        return frozenset(path[:-1] for path in self.nodes)

    @cached_property
    def offered(self) -> list[Path]:
        """In their order, none below one that is gone."""
        found: set[Path] = {()}
        for path, there in self.nodes.items():
            if there and path[:-1] in found:
                found.add(path)
        return [path for path in self.nodes if path in found]

    @cached_property
    def _spoken(self) -> dict[Path, str]:
        return {path: " ".join(pinyin.pinyin_of("".join(path))) for path in self.offered}

    def found(self, text: str, *, inner: bool = False) -> Path:
        """The one path that is meant, by all of it or by its end where that is enough. Raises BadValue."""
        wanted = tuple(part for part in _BETWEEN.split(text.strip()) if part)
        if wanted in self.nodes and (inner or wanted not in self.inner):
            return wanted
        fit = (
            [p for p in self.offered if p[-len(wanted) :] == wanted and (inner or p not in self.inner)]
            if wanted
            else []
        )
        if len(fit) == 1:
            return fit[0]
        if fit:
            raise BadValue(say("有 {n} 处叫「{t}」，请写全，如 {e}。", "{n} are called “{t}”; write it in full, as {e}.",
                               n=len(fit), t=text[:40], e=joined(fit[0])))  # fmt: skip
        if wanted in self.nodes:
            raise BadValue(
                say(
                    "「{t}」下面还有下级，请选到最末一级。",
                    "There is more below “{t}”; choose the last level.",
                    t=text[:40],
                )
            )
        raise BadValue(say("选项里没有「{t}」。", "“{t}” is no choice.", t=text[:40]))

    def under(self, path: Path) -> list[Path]:
        """The path and all that is below it, also what is no longer offered."""
        return [each for each in self.nodes if each[: len(path)] == path]

    def like(self, text: str, limit: int, *, inner: bool = False) -> list[Path]:
        """What is offered for what is typed so far: signs of it in any order, or its reading."""
        parts = [part for part in re.split(r"[\s/／]+", text.casefold()) if part]
        choices = (p for p in self.offered if inner or p not in self.inner)
        fit = (p for p in choices if all(part in joined(p).casefold() for part in parts) or self._sounds(p, parts))
        return [path for path, _ in zip(fit, range(limit), strict=False)]

    def _sounds(self, path: Path, parts: list[str]) -> bool:
        return (
            bool(parts) and all(part.isascii() for part in parts) and all(part in self._spoken[path] for part in parts)
        )


def joined(path: Path) -> str:
    return "/".join(path)


def read(text: str | None) -> Tree:
    """Raises BadValue with the line that can't be read."""
    found: dict[Path, bool] = {}
    for number, path, there in _lines(text or ""):
        for end in range(1, len(path)):
            found.setdefault(path[:end], True)
        if len(path) > DEEPEST:
            raise BadValue(say("第 {n} 行：最多 {m} 级。", "Line {n}: at most {m} levels.", n=number, m=DEEPEST))
        found[path] = there
    if not found:
        raise BadValue(say("请至少写一个选项。", "Write one choice at least."))
    if len(found) > MOST:
        raise BadValue(say("最多 {n} 项。", "At most {n} of them.", n=MOST))
    return Tree(_in_order(found))


def _lines(text: str) -> Iterator[tuple[int, Path, bool]]:
    """(number, path, whether it is offered); how far in each level stands is its writer's choice."""
    above: list[tuple[int, Path]] = []
    for number, line in enumerate(text.expandtabs(4).replace("\u3000", "  ").split("\n"), start=1):
        word = line.strip()
        if not word:
            continue
        there, parts = not word.startswith(GONE), [p for p in _BETWEEN.split(word.removeprefix(GONE).strip()) if p]
        for part in parts:
            if not _is_name(part):
                raise BadValue(say("第 {n} 行：名称最多 {m} 个字，不能有逗号、分号和竖线。",
                                   "Line {n}: a name has at most {m} signs, and neither comma, semicolon nor bar.",
                                   n=number, m=LONGEST))  # fmt: skip
        indent = len(line) - len(line.lstrip())
        while above and above[-1][0] >= indent:
            above.pop()
        if parts:
            yield number, (*(name for _, names in above for name in names), *parts), there
            above.append((indent, tuple(parts)))


def _is_name(part: str) -> bool:
    return not _NEVER.search(part) and len(part) <= LONGEST and bool(clean_text(part, LONGEST))


def _in_order(found: Mapping[Path, bool]) -> dict[Path, bool]:
    """Each behind the one above it, else as they were written."""
    below: dict[Path, list[Path]] = {}
    for path in found:
        below.setdefault(path[:-1], []).append(path)

    def walk(path: Path) -> Iterator[Path]:
        for each in below.get(path, []):
            yield each
            yield from walk(each)

    return {path: found[path] for path in walk(())}


def written(tree: Tree) -> str:
    return "\n".join(f"{'  ' * (len(path) - 1)}{'' if there else GONE}{path[-1]}" for path, there in tree.nodes.items())


def changed(before: Tree, after: Tree) -> Tree:
    """What was left out is no longer offered, but stays readable."""
    left = {path: False for path in before.nodes if path not in after.nodes}
    return Tree(_in_order({**after.nodes, **left}))


def renamed(tree: Tree, path: Path, name: str) -> tuple[Tree, dict[Path, Path]]:
    """The tree in which the last step of the path is called otherwise, and what became of it and all below. What is no
    longer offered may take the name of another: they become one. Raises BadValue."""
    if not _is_name(name) or _BETWEEN.search(name) or name.startswith(GONE):
        raise BadValue(say("名称最多 {m} 个字，不能有逗号、分号、竖线和斜线。",
                           "A name has at most {m} signs, and neither comma, semicolon, bar nor slash.", m=LONGEST))  # fmt: skip
    target = (*path[:-1], name)
    if target in tree.nodes and (target == path or tree.nodes[path]):
        raise BadValue(say("已有「{t}」。", "There is “{t}” already.", t=joined(target)))
    moved = {each: (*target, *each[len(path) :]) for each in tree.under(path)}
    found: dict[Path, bool] = {}
    for each, there in tree.nodes.items():
        into = moved.get(each, each)
        found[into] = found.get(into, False) or there
    return Tree(_in_order(found)), moved
