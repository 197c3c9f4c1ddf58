"""Sheets of units and owners of one estate, as an office keeps them.

The estate is a column, or stands in the title above the header. Estates and buildings that are
not there yet are made; the same unit or owner is not made twice.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.core.answers import Faulty
from app.core.importing import Context, row_of
from app.core.words import say
from app.owners.models import Building, Estate, Owner, Ownership, Unit

NO_ESTATE = say(
    "不知道是哪个小区：请加一列「小区」，或在表头上方写明。", "Which estate? Add a column, or name it above the header."
)


def unit_rows(values: Mapping[str, Any], context: Context) -> list[Any]:
    """The unit, with its estate and building where they are new."""
    made, unit = _unit(values, context)
    if unit in context.kept["repeated"]:
        raise Faulty(
            {"room": say("这套房屋已经有了，或在文件里重复。", "This unit is there already, or twice in the file.")}
        )
    return made


def owner_rows(values: Mapping[str, Any], context: Context) -> list[Any]:
    """The owner; where a unit is named also the unit, and that they own it."""
    document = values.get("id_kind")
    kind = "company" if document == "credit_code" else "person"
    own = {k: values[k] for k in ("name", "id_kind", "id_number", "phone", "email", "address") if k in values}
    owner = row_of(Owner, {"kind": values.get("kind") or kind, **own})
    if not (values.get("building") and values.get("room")):
        return [owner]
    made, unit = _unit(values, context)
    return [*made, owner, Ownership(unit=unit, owner=owner)]


def building_id(values: Mapping[str, Any], context: Context) -> int | None:
    """The building that a line names, when it is there."""
    estates = _estates(context)
    estate = estates.get(values.get("estate") or _in_title(context.title, estates) or "")
    building = _known(context)[0].get((estate, _code(values["building"]))) if values.get("building") else None
    return building.id if building is not None else None


def _code(building: Any) -> str:
    return str(building).removesuffix("栋").removesuffix("幢").removesuffix("号楼")


def _unit(values: Mapping[str, Any], context: Context) -> tuple[list[Any], Unit]:
    made: list[Any] = []
    estate = _estate(values, context, made)
    code = _code(values["building"])
    buildings, units = _known(context)
    building = buildings.get((estate, code))
    if building is None:
        building = buildings[estate, code] = Building(estate=estate, code=code)
        made.append(building)
    unit = units.get((building, values["room"]))
    if unit is not None:
        context.kept["repeated"].add(unit)
        return made, unit
    own = {name: values.get(name) for name in ("room", "floor_area", "state")}
    unit = units[building, values["room"]] = row_of(Unit, own)
    unit.estate, unit.building = estate, building
    return [*made, unit], unit


def _estate(values: Mapping[str, Any], context: Context, made: list[Any]) -> Estate:
    estates = _estates(context)
    named = values.get("estate") or _in_title(context.title, estates)
    if not named:
        raise Faulty({"estate": NO_ESTATE})
    if named not in estates:
        estates[named] = Estate(code=f"XQ{len(estates) + 1:03d}", name=named)
        made.append(estates[named])
    return estates[named]


def _estates(context: Context) -> dict[str, Estate]:
    if "estates" not in context.kept:
        context.kept["estates"] = {each.name: each for each in context.session.execute(select(Estate)).scalars()}
    found: dict[str, Estate] = context.kept["estates"]
    return found


def _in_title(title: str, estates: Mapping[str, Estate]) -> str | None:
    """The estate a title names: a known one, or what stands before 业主资料."""
    known = [name for name in estates if name in title]
    if known:
        return max(known, key=len)
    for word in ("业主资料", "业主", "房屋资料", "房屋"):
        before = title.partition(word)[0].strip()
        if before and before != title.strip():
            return before[:64]
    return None


def _known(context: Context) -> tuple[dict[Any, Building], dict[Any, Unit]]:
    if "buildings" not in context.kept:
        session = context.session
        context.kept["buildings"] = {(b.estate, b.code): b for b in session.execute(select(Building)).scalars()}
        context.kept["units"] = {(u.building, u.room): u for u in session.execute(select(Unit)).scalars()}
        context.kept["repeated"] = set()
    return context.kept["buildings"], context.kept["units"]
