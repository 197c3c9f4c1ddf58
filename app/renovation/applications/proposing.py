"""What the counter proposes and foresees while an application is being typed; nothing here is stored.

Owner and tenants of the chosen unit are proposed as applicants: their phone and identity number go from
the file of owners into the application without anybody reading them on the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from app.core.values import BadValue, mask_identity, mask_phone, read_date, read_integer
from app.core.verbs import Act
from app.owners.models import Owner, Ownership, Resident, Unit
from app.owners.rules import IdKind, ResidentRelation
from app.renovation.applications.models import RenovationApplication, ScopeItem
from app.renovation.applications.rules import ENDED, ApplicantKind, WorkMode

FROM = "applicant_from"


@dataclass(frozen=True)
class Proposal:
    """Somebody of the unit's household; `key` says where their data lie."""

    key: str
    kind: ApplicantKind
    name: str
    phone: str
    id_number: str


@dataclass(frozen=True)
class Choices:
    """What is chosen so far; what can't be read is not chosen yet."""

    unit: Unit | None
    kind: ApplicantKind
    mode: WorkMode
    contractor_id: int | None
    ends_on: date | None
    scope: list[ScopeItem]


def choices_so_far(given: Mapping[str, Any], scope: list[str], act: Act) -> Choices:
    """Within the acting person's reach."""
    unit_id = _number(given.get("unit"))
    items = [each for each in map(_number, scope) if each]
    return Choices(
        unit=act.db.execute(select(Unit).where(Unit.id == unit_id)).scalars().first() if unit_id else None,
        kind=ApplicantKind.TENANT if given.get("applicant_kind") == "tenant" else ApplicantKind.OWNER,
        mode=WorkMode.SELF_MANAGED if given.get("work_mode") == "self_managed" else WorkMode.CONTRACTOR,
        contractor_id=_number(given.get("contractor")),
        ends_on=_day(given.get("ends_on")),
        scope=list(act.db.execute(select(ScopeItem).where(ScopeItem.id.in_(items)).order_by(ScopeItem.id)).scalars()),
    )


def proposals(unit_id: int, act: Act) -> list[Proposal]:
    """R-3.3.1, R-3.3.2: who may declare works in this unit today, as far as the acting person may know."""
    found = [_owner(each) for each in act.db.execute(_owners(unit_id, act.today)).scalars()]
    return found + [_tenant(each) for each in act.db.execute(_tenants(unit_id, act.today)).scalars()]


def completed(given: Mapping[str, Any], act: Act) -> dict[str, Any]:
    """What was left empty of the proposed applicant, from their file. Whoever does not live in the unit is no source."""
    whole = {name: value for name, value in given.items() if name != FROM}
    kind, _, number = str(given.get(FROM) or "").partition("-")
    unit_id, row_id = _number(given.get("unit")), _number(number)
    if not unit_id or not row_id or kind not in ("owner", "resident"):
        return whole
    query = _owners(unit_id, act.today).where(Owner.id == row_id) if kind == "owner" else (
        _tenants(unit_id, act.today).where(Resident.id == row_id)
    )  # fmt: skip
    person: Any = act.db.execute(query).scalars().first()
    if person is None or person.name != str(given.get("applicant_name") or person.name).strip():
        return whole
    carded = kind == "resident" or person.id_kind == IdKind.IDENTITY_CARD
    known = {"applicant_name": person.name, "applicant_phone": person.phone}
    known |= {"applicant_id_number": person.id_number} if carded else {}
    return whole | {name: value for name, value in known.items() if value and not whole.get(name)}


def taken_by(unit_id: int, but_for: int, act: Act) -> str | None:
    """The number of another live application of the unit."""
    query = select(RenovationApplication.number).where(
        RenovationApplication.unit_id == unit_id, RenovationApplication.state.not_in(ENDED),
        RenovationApplication.id != but_for,
    )  # fmt: skip
    return act.db.execute(query).scalar()


def _owners(unit_id: int, today: date) -> Any:
    still = or_(Ownership.until.is_(None), Ownership.until >= today)
    of_unit = select(Ownership.owner_id).where(Ownership.unit_id == unit_id, still)
    return select(Owner).where(Owner.id.in_(of_unit)).order_by(Owner.id).limit(10)


def _tenants(unit_id: int, today: date) -> Any:
    still = or_(Resident.until.is_(None), Resident.until >= today)
    wanted = (Resident.unit_id == unit_id, Resident.relation == ResidentRelation.TENANT, still)
    return select(Resident).where(*wanted).order_by(Resident.id).limit(10)


def _owner(row: Owner) -> Proposal:
    return Proposal(f"owner-{row.id}", ApplicantKind.OWNER, row.name, *_masked(row.phone, row.id_number))


def _tenant(row: Resident) -> Proposal:
    return Proposal(f"resident-{row.id}", ApplicantKind.TENANT, row.name, *_masked(row.phone, row.id_number))


def _masked(phone: str | None, id_number: str | None) -> tuple[str, str]:
    return mask_phone(phone) if phone else "", mask_identity(id_number) if id_number else ""


def _number(raw: Any) -> int | None:
    try:
        return read_integer(raw, 1, 2_147_483_647)
    except BadValue:
        return None


def _day(raw: Any) -> date | None:
    try:
        return read_date(raw, earliest=date(1900, 1, 1), latest=date(2100, 12, 31))
    except BadValue:
        return None
