"""Estates, buildings, units; owners, ownerships, residents."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select
from sqlalchemy import text as text_sql
from sqlalchemy.orm import Mapped, Session, relationship

from app.core import here, values
from app.core.columns import (
    address,
    blind,
    choice,
    id_number,
    latitude,
    longitude,
    number,
    on_date,
    personal,
    phone,
    position,
    ref,
    text,
    yes_no,
)
from app.core.record import Record
from app.core.words import Say, say
from app.owners.rules import IdKind, OwnerKind, ResidentRelation, UnitState, full_name_of

ALIKE = say("经纬度请都取自同一种地图。", "Take all coordinates from the same map.")


def _placed_wholly(table: str) -> CheckConstraint:
    return CheckConstraint("(longitude is null) = (latitude is null)", name=f"{table}_placed_wholly")


def _both(longitude: Decimal | None, latitude: Decimal | None) -> dict[str, Say]:
    """A place has two coordinates, or none."""
    if (longitude is None) == (latitude is None):
        return {}
    missing = "latitude" if latitude is None else "longitude"
    return {missing: say("经度、纬度要一起填写。", "Longitude and latitude go together.")}


class Estate(Record):
    """小区: one housing estate that the company manages."""

    __tablename__ = "estate"
    __zh__ = "小区"
    __label__ = "name"
    __table_args__ = (_placed_wholly("estate"),)

    code: Mapped[str] = text("代码", 16, unique=True)
    name: Mapped[str] = text("名称", 64, unique=True)
    address: Mapped[str | None] = text("地址", 120, public=True)
    longitude: Mapped[Decimal | None] = longitude(help=ALIKE)
    latitude: Mapped[Decimal | None] = latitude()

    def faults(self) -> dict[str, Say]:
        return _both(self.longitude, self.latitude)


class Building(Record):
    """楼栋: one building of an estate."""

    __tablename__ = "building"
    __zh__ = "楼栋"
    __label__ = "code"
    __table_args__ = (UniqueConstraint("estate_id", "code"), _placed_wholly("building"))

    estate_id: Mapped[int] = ref("estate", "小区")
    code: Mapped[str] = text("楼栋号", 16)
    longitude: Mapped[Decimal | None] = longitude(help=ALIKE)
    latitude: Mapped[Decimal | None] = latitude()

    estate: Mapped[Estate] = relationship(foreign_keys=[estate_id])

    def faults(self) -> dict[str, Say]:
        return _both(self.longitude, self.latitude)


class Unit(Record):
    """房屋: one door."""

    __tablename__ = "unit"
    __zh__ = "房屋"
    __label__ = "full_name"
    __table_args__ = (
        UniqueConstraint("building_id", "room"),
        CheckConstraint("floor_area is null or floor_area > 0", name="floor_area_positive"),
        CheckConstraint(f"state in {tuple(str(s) for s in UnitState)}", name="state"),
    )

    full_name: Mapped[str] = text("房屋", 120, by_verb=True, default="", sorted=True, en="Unit")
    estate_id: Mapped[int] = ref("estate", "小区")
    building_id: Mapped[int] = ref("building", "楼栋", within="estate")
    room: Mapped[str] = text("房号", 16, sorted=True)
    floor_area: Mapped[Decimal | None] = number("建筑面积（㎡）", en="Floor area (m²)", sorted=True)
    # An estate's clerk keeps it by hand until moving in has verbs of its own.
    state: Mapped[str] = choice("状态", UnitState, default=UnitState.UNSOLD, sorted=True)
    is_renovating: Mapped[bool] = yes_no("装修中", by_verb=True)

    estate: Mapped[Estate] = relationship(foreign_keys=[estate_id])
    building: Mapped[Building] = relationship(foreign_keys=[building_id])

    def before_save(self, session: Session) -> None:
        if self.building is not None and self.estate is not None:
            self.full_name = full_name_of(self.estate.name, self.building.code, self.room)
            return
        with session.no_autoflush:
            names = session.execute(
                select(Estate.name, Building.code)
                .join(Building, Building.estate_id == Estate.id)
                .where(Building.id == self.building_id)
                .execution_options(gate="open")
            ).first()
        if names:
            self.full_name = full_name_of(names[0], names[1], self.room)


class Owner(Record):
    """业主: a person or a company that owns units."""

    __tablename__ = "owner"
    __zh__ = "业主"
    __label__ = "name"
    __series__ = "YZ"
    __table_args__ = (
        CheckConstraint(f"kind in {tuple(str(k) for k in OwnerKind)}", name="kind"),
        CheckConstraint("kind <> 'company' or id_kind = 'credit_code'", name="company_by_credit_code"),
        CheckConstraint("kind <> 'person' or id_kind <> 'credit_code'", name="person_by_own_document"),
    )

    number: Mapped[str] = text("编号", 20, unique=True)
    kind: Mapped[str] = choice("类别", OwnerKind, default=OwnerKind.PERSON, sorted=True)
    name: Mapped[str] = text("姓名/名称", 64, en="Name", sorted=True)
    id_kind: Mapped[str] = choice("证件类型", IdKind, default=IdKind.IDENTITY_CARD, en="Document", sorted=True)
    id_number: Mapped[str | None] = id_number("证件号码", "owner.id_number", None, en="Document number")
    id_number_key: Mapped[str | None] = blind(unique=True)
    phone: Mapped[str | None] = phone("联系电话", sorted=True)
    email: Mapped[str | None] = personal("电子邮箱", 120)
    address: Mapped[str | None] = address("通讯地址")

    def faults(self) -> dict[str, Say]:
        """A company is known by its credit code, a person by card or passport; both checked."""
        kind, document = self.kind or OwnerKind.PERSON, self.id_kind or IdKind.IDENTITY_CARD
        if (kind == OwnerKind.COMPANY) != (document == IdKind.CREDIT_CODE):
            return {
                "id_kind": say(
                    "公司用统一社会信用代码，个人用身份证或护照。",
                    "A company has a credit code, a person a card or a passport.",
                )
            }
        try:
            values.read_id_number(document, self.id_number, today=here.today())
        except values.BadValue as bad:
            return {"id_number": bad.sentence}
        return {}


class Ownership(Record):
    """产权关系: an owner has a unit, since and perhaps until."""

    __tablename__ = "ownership"
    __zh__ = "产权关系"
    __label__ = "id"
    __table_args__ = (
        CheckConstraint("until is null or since is null or until >= since", name="dates_in_order"),
        Index(
            "uq_ownership_open", "unit_id", "owner_id", unique=True,
            sqlite_where=text_sql("until is null"), postgresql_where=text_sql("until is null"),
        ),
    )  # fmt: skip

    unit_id: Mapped[int] = ref("unit", "房屋")
    owner_id: Mapped[int] = ref("owner", "业主")
    since: Mapped[date | None] = on_date("自", en="Since", sorted=True)
    until: Mapped[date | None] = on_date("至", en="Until", sorted=True)

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    owner: Mapped[Owner] = relationship(foreign_keys=[owner_id])

    def faults(self) -> dict[str, Say]:
        return _in_order(self.since, self.until)


class Resident(Record):
    """住户: somebody who lives or works in a unit."""

    __tablename__ = "resident"
    __zh__ = "住户"
    __label__ = "name"
    __table_args__ = (
        CheckConstraint("until is null or since is null or until >= since", name="dates_in_order"),
        CheckConstraint(f"relation in {tuple(str(r) for r in ResidentRelation)}", name="relation"),
        Index("ix_resident_place", "unit_id", "place", "id"),
    )

    unit_id: Mapped[int] = ref("unit", "房屋")
    #: whom the office calls first
    place: Mapped[int | None] = position("联系顺序", "unit_id", en="Order")
    name: Mapped[str] = text("姓名", 64, sorted=True)
    relation: Mapped[str] = choice("与业主关系", ResidentRelation, sorted=True)
    phone: Mapped[str | None] = phone("联系电话", sorted=True)
    id_number: Mapped[str | None] = id_number("身份证号", "resident.id_number", en="Identity number")
    id_number_key: Mapped[str | None] = blind(index=True)
    since: Mapped[date | None] = on_date("自", en="Since", sorted=True)
    until: Mapped[date | None] = on_date("至", en="Until", sorted=True)

    def faults(self) -> dict[str, Say]:
        return _in_order(self.since, self.until)


def _in_order(since: date | None, until: date | None) -> dict[str, Say]:
    if since and until and until < since:
        return {"until": say("结束日期早于开始日期。", "It ends before it begins.")}
    return {}
