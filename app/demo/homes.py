"""The estate of the demo: four buildings, 120 units, owners and tenants."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from app.core import here
from app.core.crypt import blind_index
from app.demo import names
from app.demo.desk import Desk
from app.owners.models import Building, Estate, Owner, Ownership, Resident, Unit

FLOORS, DOORS = 15, 2
AREAS = (88.5, 126.0)
OWNED = 100
#: where the estate lies, and its buildings around its middle
MIDDLE = (Decimal("104.065120"), Decimal("30.657840"))
AROUND = (
    (Decimal("-0.00082"), Decimal("0.00051")), (Decimal("0.00079"), Decimal("0.00046")),
    (Decimal("-0.00075"), Decimal("-0.00058")), (Decimal("0.00084"), Decimal("-0.00049")),
)  # fmt: skip
TENANTS = 12


def load_homes(desk: Desk) -> None:
    with here.as_house():
        units = _units(desk)
        _households(desk, units)
        desk.session.commit()


def place_homes(desk: Desk) -> None:
    """Where the estate and its buildings lie."""
    with here.as_house():
        estate = desk.session.execute(select(Estate)).scalar_one()
        estate.longitude, estate.latitude = MIDDLE
        buildings = desk.session.execute(select(Building).order_by(Building.code)).scalars()
        for building, (east, north) in zip(buildings, AROUND, strict=True):
            building.longitude, building.latitude = MIDDLE[0] + east, MIDDLE[1] + north
        desk.session.commit()


def _units(desk: Desk) -> list[Unit]:
    estate = Estate(code="JXHY", name="锦绣花园", address="云山市学府路 1 号")
    desk.session.add(estate)
    desk.session.flush()
    units = []
    for code in "1234":
        building = Building(estate_id=estate.id, code=code)
        desk.session.add(building)
        desk.session.flush()
        for floor in range(1, FLOORS + 1):
            for door in range(1, DOORS + 1):
                units.append(
                    Unit(
                        estate_id=estate.id, building_id=building.id, room=f"{floor}{door:02d}",
                        floor_area=AREAS[door - 1], state="unsold",
                    )
                )  # fmt: skip
    desk.session.add_all(units)
    desk.session.flush()
    return units


def _households(desk: Desk, units: list[Unit]) -> None:
    since = here.today().replace(day=1) - timedelta(days=400)
    for number, unit in enumerate(units[:OWNED]):
        owner = _owner(number)
        desk.session.add(owner)
        desk.session.flush()
        let = number % 8 == 3 and number // 8 < TENANTS
        unit.state = "let" if let else ("occupied" if number % 3 else "handed_over")
        desk.session.add(Ownership(unit_id=unit.id, owner_id=owner.id, since=since + timedelta(days=number)))
        living = 500 + number if let else 200 + number
        desk.session.add(
            Resident(
                unit_id=unit.id, name=names.name(living) if let else owner.name,
                relation="tenant" if let else "owner", phone=names.phone(living) if let else owner.phone,
                since=since + timedelta(days=number + 30),
            )
        )  # fmt: skip


def _owner(number: int) -> Owner:
    company = number % 25 == 24
    id_number = names.credit_code(number) if company else names.identity_card(200 + number)
    return Owner(
        number=f"YZ-{here.today().year - 1}-{number + 1:06d}", kind="company" if company else "person",
        name=f"云山{names.name(number)[:1]}氏商贸有限公司" if company else names.name(200 + number),
        id_kind="credit_code" if company else "identity_card", id_number=id_number,
        id_number_key=blind_index(id_number), phone=names.phone(200 + number),
    )  # fmt: skip
