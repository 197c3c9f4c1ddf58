"""The kind of the column in which a tree is written, as indented lines."""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.kinds import LongText
from app.core.trees import lines
from app.core.values import clean_text


@dataclass(frozen=True)
class WrittenTree(LongText):
    """Read, it is put in order; what is wrong is told with its line."""

    widget: ClassVar[str] = "lines"
    sortable: ClassVar[bool] = False
    operators: ClassVar[tuple[str, ...]] = ("null",)
    size: int = 200_000

    def read(self, raw: Any) -> Any:
        text = clean_text(
            f"·\n{raw}" if isinstance(raw, str) else raw, self.size, multiline=True
        )  # keeps what it begins with
        return lines.written(lines.read(text.removeprefix("·\n"))) if text and text != "·" else None

    def folded(self, value: str) -> str:
        return value

    def items(self, value: str) -> int:
        return value.count("\n") + 1

    def brief(self, value: str) -> str:
        first = [line for line in value.split("\n") if not line.startswith(" ")]
        return "、".join(first[:4]) + ("…" if len(first) > 4 else "")
