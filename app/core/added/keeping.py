"""Adding, changing and archiving a field: what the admin typed, checked, told to the journal.

A name and a kind are given once. They are part of the API and of what lies in old rows.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import here, mattering, values
from app.core.added import choices, sealing
from app.core.added.definitions import LEVELS, MAY_BE_PERSONAL, OF_A_LIST, OTHERS, AddedField, AddedKind, usual_level
from app.core.added.loading import EDITION, is_free
from app.core.answers import NotFound
from app.core.constraints import MISSING
from app.core.declaration import Declaration, register_of
from app.core.defined import Definitions, Faults, fault_of_name, put_texts, put_words
from app.core.kinds import BadValue
from app.core.listing import RESERVED
from app.core.record import SYSTEM, Field, fields
from app.core.rights import MASKED, ROLE_NAMES
from app.core.trees.paths import TreeName
from app.core.words import Say, say

#: what forms and addresses call their own parts
FORM_WORDS = frozenset({"csrf_token", "once_token", "then", "next", "back", "token", "ids", "file", "reason", "import"})
SECRET_ENDINGS = ("_id", "_key", "_token", "password", "secret", "_label")
#: kinds that an index does not help to find
READ_THROUGH = (AddedKind.FILE, AddedKind.LONG_TEXT, AddedKind.SEVERAL, AddedKind.JSON)
#: how many one register may have: a list stays a list
MOST = 40

TAKEN = say("这个登记簿已经有（或曾经有）同名字段。", "The register has, or had, a field of this name.")
ONLY_SIZE = 200
ONE_FIELD = say("只能按一个字段的值。", "By the values of one field only.")
NO_VALUE = say("没有这样的值。", "There is no such value.")
TOO_LONG = say("选的值太多。", "Too many values.")
RESERVED_NAME = say("这个名称系统已使用，请换一个。", "The house uses this name itself; choose another.")


_FIELDS: Definitions[AddedField] = Definitions(
    AddedField, EDITION,
    "table_name name zh en kind choices places required personal listed indexed place part_zh part_en only levels archived",
    lambda found: f"{found.table_name}.{found.name} {found.zh}",
)  # fmt: skip


def create(session: Session, given: Mapping[str, Any]) -> AddedField:
    """Add a field. Raises Faulty, with every fault at its place in the form."""
    found = AddedField(by_id=here.me().staff_id)

    def put() -> Faults:
        faults = _put_once(session, found, given) | _put(found, given)
        found.place = 1 + (session.execute(_last_place(found.table_name)).scalar() or 0)
        return faults

    return _FIELDS.create(session, found, put)


def change(session: Session, field_id: int, given: Mapping[str, Any]) -> AddedField:
    """Everything but the register, the name and the kind. Raises NotFound, Faulty."""

    def put(found: AddedField) -> Faults:
        was = found.sealed
        faults = _put(found, given)
        if not faults and found.sealed is not was:
            sealing.ask(session, found)
        return faults

    return _FIELDS.change(session, field_id, put)


def archive(session: Session, field_id: int, *, back: bool = False) -> AddedField:
    """Out of every page, its values kept; or back again."""
    return _FIELDS.archive(session, field_id, back=back)


def _last_place(table: str) -> Any:
    return select(func.max(AddedField.place)).where(AddedField.table_name == table)


# --- what was typed -----------------------------------------------------------------------


def _put_once(session: Session, found: AddedField, given: Mapping[str, Any]) -> dict[str, Say | str]:
    """What is given with the first saving only: the register, the name, the kind."""
    faults: dict[str, Say | str] = {}
    register = register_of(str(given.get("table") or ""))
    if register is None:
        raise NotFound()
    found.table_name, found.kind = register.table(), str(given.get("kind") or "")
    if found.kind not in set(AddedKind):
        faults["kind"] = MISSING
    found.name = str(given.get("name") or "").strip()
    wrong = _fault_of_name(session, register, found.name)
    if wrong is not None:
        faults["name"] = wrong
    count = select(func.count()).select_from(AddedField).where(
        AddedField.table_name == found.table_name, AddedField.archived.is_(False)
    )  # fmt: skip
    if session.execute(count).scalar_one() >= MOST:
        faults[""] = say("一个登记簿最多 {n} 个自定义字段。", "A register has at most {n} added fields.", n=MOST)
    return faults


def _fault_of_name(session: Session, register: type[Declaration], name: str) -> Say | None:
    wrong = fault_of_name(name)
    if wrong is not None:
        return wrong
    query = select(AddedField.id).where(AddedField.table_name == register.table(), AddedField.name == name)
    if name in fields(register.model) or session.execute(query).scalar() is not None:
        return TAKEN
    reserved = SYSTEM | RESERVED | FORM_WORDS
    if name in reserved or name.endswith(SECRET_ENDINGS) or not is_free(register.model, name):
        return RESERVED_NAME
    return None


def _put(found: AddedField, given: Mapping[str, Any]) -> dict[str, Say | str]:
    """What may be changed at any time."""
    faults = put_words(found, given) | put_texts(found, given, {"part_zh": 40, "part_en": 60}, optional=True)
    found.required, found.listed, found.indexed = (bool(given.get(name)) for name in ("required", "listed", "indexed"))
    found.personal = bool(given.get("personal")) and found.kind in MAY_BE_PERSONAL
    found.indexed = found.indexed and found.kind not in READ_THROUGH and not found.sealed
    found.required = found.required and found.kind != AddedKind.FILE
    try:
        found.places = values.read_integer(given.get("places") or 0, 0, 6) or 0
        found.choices = _choices(found, given)
    except BadValue as bad:
        at = "tree" if found.kind == AddedKind.PATH else "choices" if found.kind in OF_A_LIST else "places"
        faults[at] = bad.sentence
    found.levels = _levels(found, given)
    found.only, wrong = _only(found, given)
    return faults | wrong


def _choices(found: AddedField, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    if found.kind == AddedKind.PATH:
        return [{"value": TreeName().chosen(given.get("tree"))}]
    return choices.read(given.get("choices"), found.choices or []) if found.kind in OF_A_LIST else []


def deciding(register: type[Declaration], name: str) -> list[Field]:
    """The fields by which it may be said when a field matters: those of few values, that don't depend on it."""
    fit = [
        spot for spot in register.fields().values()
        if spot.kind.widget in ("select", "checkbox") and not spot.by_system and not spot.many
        and spot.kind.operators and spot.name != name
    ]  # fmt: skip
    return [spot for spot in fit if name not in _above(register, spot.name)]


def _above(register: type[Declaration], name: str) -> list[str]:
    """What the field depends on, and what that depends on."""
    wanted, found = mattering.conditions(register), [name]
    while (each := wanted.get(found[-1])) and each.field not in found:
        found.append(each.field)
    return found


def _only(found: AddedField, given: Mapping[str, Any]) -> tuple[str, dict[str, Say | str]]:
    """Of `only` = ["work_mode=contractor", …] what is kept: one field with its values."""
    register = register_of(found.table_name)
    pairs = [tuple(str(each).split("=", 1)) for each in given.get("only") or [] if "=" in str(each)]
    names = {pair[0] for pair in pairs}
    if register is None or not pairs:
        return "", {}
    if len(names) > 1:
        return "", {"only": ONE_FIELD}
    spot = next((each for each in deciding(register, found.name) if each.name in names), None)
    offered = [value for value, _ in values_of(spot)] if spot else []
    chosen = [value for value in offered if (spot and (spot.name, value) in pairs)]
    text = f"{spot.name}={','.join(chosen)}" if spot and chosen else ""
    return text, {} if text and len(text) <= ONLY_SIZE else {"only": TOO_LONG if text else NO_VALUE}


def values_of(spot: Field) -> list[tuple[str, Say]]:
    """The values of a deciding field: (as a form sends it, what it is called)."""
    if spot.kind.widget == "checkbox":
        return [(mattering.YES, say("是", "Yes")), (mattering.NO, say("否", "No"))]
    return list(spot.kind.options)  # type: ignore[attr-defined]


def _levels(found: AddedField, given: Mapping[str, Any]) -> dict[str, str]:
    """Whoever is not named, and each role that is. "Masked" has a meaning for personal data only."""
    possible = [level for level in LEVELS if level != MASKED or found.personal or found.kind == AddedKind.FILE]
    others = str(given.get("level") or "")
    levels = {OTHERS: others if others in possible else usual_level(found.kind, found.personal)}
    for role in ROLE_NAMES:
        level = str(given.get(f"level_{role}") or "")
        if level in possible:
            levels[role] = level
    return levels
