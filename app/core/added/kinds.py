"""The kind of value an added field holds: those of `core/kinds.py`, as the definition wants them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core import kinds
from app.core.added.definitions import AddedField, AddedKind
from app.core.personal import PersonalDate, PersonalLongText, PersonalMoney, PersonalNumber, PersonalText
from app.core.structured import Json
from app.core.trees.paths import TreePath
from app.core.words import Words, say

MOST = Decimal(10) ** 10
LONGEST = 200


@dataclass(frozen=True)
class AddedChoice(kinds.Choice):
    """A choice that an admin may change: a value that stands in a row is always readable."""

    def show(self, value: Any) -> str:
        return super().show(value) if value in set(self.words) else str(value or "")


def words_of(name: str, choices: list[dict[str, Any]]) -> type[Words]:
    """What is no longer offered can still be read and kept; it is said so."""
    members = []
    for place, each in enumerate(sorted(choices, key=lambda found: bool(found.get("gone")))):
        zh, en = each["zh"], each["en"]
        if each.get("gone"):
            zh, en = f"{zh}（停用）", f"{en} (no longer used)"
        members.append((f"V{place}", (each["value"], zh, en)))
    made: Any = Words
    return made(name, members)  # type: ignore[no-any-return]


def kind_of(definition: AddedField) -> kinds.Kind:
    """Reads, shows and masks the field's values."""
    match AddedKind(definition.kind):
        case AddedKind.TEXT:
            return PersonalText(size=LONGEST) if definition.personal else kinds.Text(size=LONGEST)
        case AddedKind.LONG_TEXT:
            return PersonalLongText() if definition.personal else kinds.LongText()
        case AddedKind.NUMBER:
            number = PersonalNumber if definition.personal else kinds.Number
            return number(places=definition.places, minimum=-MOST, maximum=MOST)
        case AddedKind.MONEY:
            return PersonalMoney() if definition.personal else kinds.Money()
        case AddedKind.DATE:
            return PersonalDate() if definition.personal else kinds.Date()
        case AddedKind.CHOICE:
            return AddedChoice(words=words_of(definition.name, definition.choices))
        case AddedKind.SEVERAL:
            return kinds.Several(words=words_of(definition.name, definition.choices))
        case AddedKind.YES_NO:
            return kinds.Answer()
        case AddedKind.PERSON:
            return kinds.Relation(table="staff")
        case AddedKind.FILE:
            return kinds.File()
        case AddedKind.PATH:
            return TreePath(tree=definition.tree)
        case AddedKind.JSON:
            return Json()


#: shown below a file field of a form's preview
ATTACHED_LATER = say("附件在登记后的详情页上传。", "A file is attached on the record's page.")
