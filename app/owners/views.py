"""The registers of estates, units, owners and residents."""

from typing import Any

from app.core.answers import Faulty
from app.core.gate import all_rows
from app.core.register import Register
from app.core.words import say
from app.owners.models import Building, Estate, Owner, Ownership, Resident, Unit

HOMES = all_rows(
    "admin", "general_manager", "service_manager", "renovation_clerk", "service_clerk", "cashier",
    "gate", "engineer", "auditor",
)  # fmt: skip
HOUSEHOLDS = all_rows(
    "admin", "general_manager", "service_manager", "renovation_clerk", "service_clerk", "cashier", "auditor"
)


class EstateRegister(Register):
    model = Estate
    rows = HOMES
    list_columns = "code name address"
    search = "name code"
    order = "code"
    icon = "building"
    related = "building.estate unit.estate"


class BuildingRegister(Register):
    model = Building
    rows = HOMES
    list_columns = "estate code"
    search = "code"
    order = "estate code"
    icon = "building"
    related = "unit.building"


class UnitRegister(Register):
    model = Unit
    rows = HOMES
    list_columns = "full_name estate building room floor_area state is_renovating"
    form_columns = "estate building room floor_area state"
    search = "full_name room"
    filters = "estate building state is_renovating floor_area"
    order = "building room"
    icon = "home"
    related = "ownership.unit resident.unit renovation_application.unit charge.unit"
    import_columns = "estate building room floor_area state"

    @classmethod
    def before_create(cls, row: Any, act: Any) -> None:
        _same_estate(row, act)

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
    rows = HOUSEHOLDS
    list_columns = "number name kind phone id_kind id_number"
    form_columns = "kind name id_kind id_number phone email address"
    search = "name number phone id_number"
    filters = "kind id_kind"
    order = "-id"
    icon = "user"
    related = "ownership.owner"


class OwnershipRegister(Register):
    model = Ownership
    rows = HOUSEHOLDS
    list_columns = "unit owner since until"
    filters = "unit owner since until"
    search = "id"
    icon = "key"


class ResidentRegister(Register):
    model = Resident
    rows = HOUSEHOLDS
    list_columns = "name unit relation phone since until"
    search = "name phone"
    filters = "unit relation since until"
    icon = "users"
