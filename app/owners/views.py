"""The registers of estates, units, owners and residents."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.answers import Faulty
from app.core.gate import all_rows
from app.core.kinds import Choice, Number, Text
from app.core.register import Register
from app.core.verbs import ask
from app.core.words import Say, say
from app.owners import queues as queues
from app.owners.importing import building_id, owner_rows, unit_rows
from app.owners.models import Building, Estate, Owner, Ownership, Resident, Unit
from app.owners.rules import UnitState

HOMES = all_rows(
    "admin", "general_manager", "service_manager", "renovation_clerk", "service_clerk", "cashier",
    "gate", "engineer", "auditor",
)  # fmt: skip
HOUSEHOLDS = all_rows(
    "admin", "general_manager", "service_manager", "renovation_clerk", "service_clerk", "cashier", "auditor"
)


HOME_WORDS = {
    "estate": ("小区", "小区名称"), "building": ("楼栋", "楼号"), "room": ("房号", "房间号"),
    "floor_area": ("建筑面积", "建筑面积（㎡）", "面积"), "state": ("交房状态", "状态"),
}  # fmt: skip
HANDED_OVER = {"未交房": "sold", "已交房": "handed_over"}


class EstateRegister(Register):
    model = Estate
    small = True
    label, icon = say("小区", "Estates"), "building"
    rows = HOMES
    list_columns = "code name address"
    search = "name code"
    order = "code"
    related = "building.estate unit.estate"


class BuildingRegister(Register):
    model = Building
    small = True
    label, icon = say("楼栋", "Buildings"), "building"
    rows = HOMES
    list_columns = "estate code"
    search = "code"
    order = "estate code"
    related = "unit.building"


class UnitRegister(Register):
    model = Unit
    label, icon = say("房屋", "Units"), "home"
    rows = HOMES
    list_columns = "full_name estate building room floor_area state is_renovating"
    form_columns = "estate building room floor_area state"
    search = "full_name room"
    filters = "estate building state is_renovating floor_area"
    order = "building room"
    related = "ownership.unit resident.unit renovation_application.unit charge.unit"
    copied_children = "ownership"  # who owns two flats lives in one
    import_columns = "estate building room floor_area state"
    import_words = HOME_WORDS
    import_extra = {
        "estate": ask(Text(size=64), "小区", "Estate", required=False),
        "building": ask(Text(size=16), "楼栋", "Building"),
    }
    import_also = {"state": HANDED_OVER}

    @classmethod
    def rows_from(cls, values: Mapping[str, Any], context: Any) -> list[Any]:
        return unit_rows(values, context)

    @classmethod
    def import_ids(cls, values: Mapping[str, Any], context: Any) -> Mapping[str, Any]:
        return {"building": building_id(values, context)}

    @classmethod
    def before_create(cls, row: Any, act: Any) -> None:
        _same_estate(row, act)

    @classmethod
    def before_create_many(cls, rows: Sequence[Any], act: Any) -> Mapping[int, Mapping[str, Say]]:
        """A line's building is looked for, or made, in the line's estate."""
        return {}

    @classmethod
    def before_edit(cls, row: Any, act: Any) -> None:
        _same_estate(row, act)


def _same_estate(row: Unit, act: Any) -> None:
    with act.db.no_autoflush:
        building = act.db.get(Building, row.building_id)
    if building is not None and building.estate_id != row.estate_id:
        raise Faulty({"building": say("这栋楼不在所选小区。", "This building is in another estate.")})


class OwnerRegister(Register):
    model = Owner
    label, icon = say("业主", "Owners"), "user"
    rows = HOUSEHOLDS
    list_columns = "number name kind phone id_kind id_number"
    form_columns = "kind name id_kind id_number phone email address"
    search = "name number phone id_number"
    filters = "kind id_kind"
    order = "-id"
    related = "ownership.owner"
    import_columns = "kind name id_kind id_number phone email address estate building room floor_area state"
    import_words = {
        **HOME_WORDS, "name": ("业主姓名", "姓名", "业主"), "id_kind": ("证件类型",),
        "id_number": ("证件号码", "身份证号", "身份证号码"), "phone": ("联系电话", "电话", "手机"),
    }  # fmt: skip
    import_extra = {
        "estate": ask(Text(size=64), "小区", "Estate", required=False),
        "building": ask(Text(size=16), "楼栋", "Building", required=False),
        "room": ask(Text(size=16), "房号", "Room", required=False),
        "floor_area": ask(Number(), "建筑面积", "Floor area", required=False),
        "state": ask(Choice(words=UnitState), "交房状态", "State of the unit", required=False),
    }
    import_also = {"state": HANDED_OVER, "id_kind": {"营业执照": "credit_code"}}

    @classmethod
    def rows_from(cls, values: Mapping[str, Any], context: Any) -> list[Any]:
        """An owner; with building and room also the unit, and that they own it."""
        return owner_rows(values, context)


class OwnershipRegister(Register):
    model = Ownership
    label, icon = say("产权关系", "Ownerships"), "key"
    rows = HOUSEHOLDS
    list_columns = "unit owner since until"
    filters = "unit owner since until"
    search = "id"


class ResidentRegister(Register):
    model = Resident
    label, icon = say("住户", "Residents"), "users"
    rows = HOUSEHOLDS
    list_columns = "name unit relation phone since until"
    import_key = "unit name"
    search = "name phone"
    filters = "unit relation since until"
