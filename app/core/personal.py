"""What is known of a person: masked where a role does not read it in full."""

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


@dataclass(frozen=True)
class PersonalNumber(kinds.Number):
    """A figure about a person, such as a weight: of a figure or a day a part would tell too much."""

    personal: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = ()

    def mask(self, value: Any) -> str:
        return "***"


@dataclass(frozen=True)
class PersonalMoney(kinds.Money):
    """An amount about a person, such as a wage."""

    personal: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True)
class PersonalDate(kinds.Date):
    """A day about a person, such as a birthday."""

    personal: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = ()

    def mask(self, value: Any) -> str:
        return "***"
