"""结构化数据: a column that holds JSON, an object or a list. In Python and in the database it is its text."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from app.core import values
from app.core.kinds import LongText
from app.core.words import Say, say

#: signs of it that a list shows, and of one changed key that the history does
BRIEF, MOST_CHANGES = 60, 20


@dataclass(frozen=True)
class Json(LongText):
    """Typed as text, checked with the line and column of what is wrong, sent and answered as JSON by the API."""

    widget: ClassVar[str] = "json"
    json_type: ClassVar[dict[str, Any]] = {}
    sortable: ClassVar[bool] = False
    operators: ClassVar[tuple[str, ...]] = ("null",)
    size: int = 20_000

    def read(self, raw: Any) -> Any:
        return values.read_structured(raw, self.size)

    def to_json(self, value: Any) -> Any:
        return None if value is None else json.loads(value)

    def typed(self, value: Any) -> str:
        return "" if value is None else values.laid_out(value)

    def mask(self, value: Any) -> str:
        return "***" if value else ""

    def brief(self, value: str) -> str:
        return value if len(value) <= BRIEF else f"{value[:BRIEF]}…"

    def items(self, value: str) -> int:
        return len(json.loads(value))

    def changes(self, label: Say, before: Any, after: Any) -> list[tuple[Say, str, str]]:
        """By changed keys, where both are objects."""
        if not (str(before or "").startswith("{") and str(after or "").startswith("{")):
            return [(label, *(self.brief(each) if each else "" for each in (before, after)))]  # type: ignore[list-item]
        found = values.changed_keys(before, after)
        told = [
            (say("{f} · {k}", "{f} · {k}", f=label, k=key[:BRIEF]), self.brief(one), self.brief(other))
            for key, one, other in found[:MOST_CHANGES]
        ]
        more = len(found) - len(told)
        return told + ([(label, "", str(say("另有 {n} 处", "{n} more", n=more)))] if more > 0 else [])
