"""Text about a person: masked where a role does not read it in full."""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core import kinds, values


@dataclass(frozen=True)
class PersonalText(kinds.Text):
    """Text about a person, such as a second phone."""

    personal: ClassVar[bool] = True

    def mask(self, value: Any) -> str:
        text = str(value or "")
        return values.mask_phone(text) if text[-7:].isdigit() and len(text) >= 7 else values.mask_text(text)


@dataclass(frozen=True)
class PersonalLongText(PersonalText):
    widget: ClassVar[str] = "textarea"
    size: int = 2000

    def read(self, raw: Any) -> Any:
        return values.clean_text(raw, max_length=self.size, multiline=True)
