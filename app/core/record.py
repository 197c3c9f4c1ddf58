"""The base of every table: one row that a person keeps."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, event, inspect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

import app.extensions  # noqa: F401  (names every constraint, before the first table is mapped)
from app.core import here, kinds
from app.core.columns import UtcInstant, english, instant
from app.core.word_order import placed
from app.core.words import Say

SYSTEM = frozenset({"id", "version", "created_at", "created_by", "updated_at", "number", "state"})


class Record(Model):
    """`__zh__`/`__en__`: what a row is called. `__label__`: the column others know it by.
    `__series__`: the prefix of its document number (`SG`), empty when it has none.

    A plain table says the two that it needs in its class line, and is named after its class:
    `class MeterReading(Record, zh="抄表记录", label="meter")` is the table `meter_reading`."""

    __abstract__ = True
    # FAB's Model says extend_existing, which silently merges two tables of one name.
    __table_args__: Any = ()
    __zh__: ClassVar[str] = ""
    __en__: ClassVar[str] = ""
    __label__: ClassVar[str] = "number"
    __series__: ClassVar[str] = ""
    #: False for what is no register now: the table behind registers without code, and archived ones
    __in_force__: ClassVar[bool] = True

    def __init_subclass__(cls, zh: str = "", label: str = "", **options: Any) -> None:
        if zh:
            cls.__zh__, cls.__label__ = zh, label or cls.__label__
            if "__tablename__" not in vars(cls):
                cls.__tablename__ = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        super().__init_subclass__(**options)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = instant("登记时间", default=here.now)
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff.id"),
        default=lambda: here.me().staff_id,
        info={"kind": kinds.Relation(table="staff"), "zh": "登记人", "en": "Entered by"},
    )
    updated_at: Mapped[datetime] = instant("更新时间", default=here.now, onupdate=here.now)
    #: the values of added fields by name (core/added); never read or written but through them
    extra: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), info={"kind": None}
    )

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 (SQLAlchemy gives the class)
        """Every table counts its changes: a stale save raises instead of overwriting."""
        return {"version_id_col": cls.__table__.c.version}

    def before_save(self, session: Session) -> None:
        """Derived columns are brought up to date here, before each flush."""

    def faults(self) -> dict[str, Say]:
        """What is wrong with the row as a whole: column name -> sentence. Checked for form,
        API and import alike; pure, on values already read."""
        return {}

    def __str__(self) -> str:
        name = type(self).__label__
        value = getattr(self, name, None)
        spot = fields(type(self)).get(name)
        return (spot.kind.show(value) if spot and value else str(value or "")) or str(self.id)


@dataclass(frozen=True)
class Field:
    """One column as people and the API know it: relations without their `_id`."""

    name: str
    attribute: str
    kind: kinds.Kind
    label: Say
    required: bool
    by_system: bool
    help: Say | None = None
    many: bool = False
    #: added without code (core/added): whether lists show it, and role -> level
    added: bool = False
    listed: bool = True
    levels: Mapping[str, str] = field(default_factory=dict, compare=False)
    #: in which part of a long form an added field stands (core/fieldsets.py)
    part: Say | None = None
    #: when it matters, where that was said without code (core/mattering.py)
    only: str = ""
    #: looks personal by its name and is not: the address of an estate
    public: bool = False

    @property
    def is_relation(self) -> bool:
        return isinstance(self.kind, kinds.Relation)

    @property
    def is_worded(self) -> bool:
        """Whether it stands in the order of words; a document's number stands as it is."""
        return self.kind.worded and self.attribute != "number"


def fields(model: type[Record]) -> dict[str, Field]:
    """Every field of a table, in the order it is declared, then the added ones, system columns last."""
    known = _known.get(model)
    if known is None:
        named = dict(own_fields(model))
        for given in _added.values():
            named |= given.get(model.__tablename__, {})
        known = {name: named[name] for name in sorted(named, key=lambda n: n in SYSTEM - {"number", "state"})}
        _known[model] = known
    return known


def own_fields(model: type[Record]) -> Mapping[str, Field]:
    """Those that the code gives it."""
    return _fields_of(inspect(model))


@cache
def _fields_of(mapper: Any) -> dict[str, Field]:
    found = [_column_field(attribute) for attribute in mapper.column_attrs]
    found += [_many_field(relation) for relation in mapper.relationships if relation.info]
    return {each.name: each for each in found if each is not None}


#: of one edition: table -> name -> field
_added: dict[str, Mapping[str, Mapping[str, Field]]] = {}
_known: dict[type[Record], dict[str, Field]] = {}


def add_fields(edition: str, found: Mapping[str, Mapping[str, Field]]) -> None:
    """Fields that tables have besides their columns: all of an edition at once, in place of those before."""
    _added[edition] = found
    _known.clear()


def added_fields(model: type[Record]) -> list[Field]:
    return [each for each in fields(model).values() if each.added]


def _column_field(attribute: Any) -> Field | None:
    column = attribute.columns[0]
    info = column.info or {}
    kind = info.get("kind")
    if kind is None and column.name in ("id", "version"):
        kind = kinds.Integer()
        info = {"zh": "内部编号" if column.name == "id" else "版本", "en": ""}
    if kind is None:
        return None
    points = isinstance(kind, kinds.Relation | kinds.File)
    name = attribute.key.removesuffix("_id") if points else attribute.key
    return Field(
        name=name,
        attribute=attribute.key,
        kind=kind,
        label=Say(info.get("zh") or name, english(name, info.get("en", ""))),
        required=info.get("required", not column.nullable and column.default is None),
        by_system=name in SYSTEM or bool(info.get("by_verb")),
        help=info.get("help"),
        public=bool(info.get("public")),
    )


def _many_field(relation: Any) -> Field | None:
    info = relation.info
    if not isinstance(info.get("kind"), kinds.Relation):
        return None
    return Field(
        name=relation.key,
        attribute=relation.key,
        kind=info["kind"],
        label=Say(info["zh"], english(relation.key, info.get("en", ""))),
        required=False,
        by_system=bool(info.get("by_verb")),
        help=info.get("help"),
        many=True,
    )


def table_named(name: str) -> type[Record] | None:
    """The model of a table's public name, or None."""
    if name not in _by_name:
        found = _find(name)
        if found is None:
            return None
        _by_name[name] = found
    return _by_name[name]


_by_name: dict[str, type[Record]] = {}


def _find(name: str) -> type[Record] | None:
    for mapper in Record.registry.mappers:
        model = mapper.class_
        if issubclass(model, Record) and model.__in_force__ and model.__tablename__ == name:
            return model
    return None


def renamed() -> None:
    """A register without code has come, gone or changed its words."""
    _by_name.clear()
    _known.clear()


def word_for(model: type[Record]) -> Say:
    """What one row of the table is called."""
    return Say(model.__zh__ or model.__tablename__, english(model.__tablename__, model.__en__))


def all_tables() -> Sequence[type[Record]]:
    found = [m.class_ for m in Record.registry.mappers if issubclass(m.class_, Record)]
    return [model for model in found if model.__in_force__]


@event.listens_for(Session, "before_flush")
def _bring_up_to_date(session: Session, *_: Any) -> None:
    for row in [*session.new, *session.dirty]:
        if isinstance(row, Record):
            row.before_save(session)


__all__ = [
    "Field", "Record", "UtcInstant", "add_fields", "added_fields", "all_tables", "date", "fields",
    "table_named", "word_for",
]  # fmt: skip


def placed_label(model: Any) -> Any:
    """What the rows of a table are called, as they are sorted and found by it."""
    return placed(fields(model).get(model.__label__), getattr(model, model.__label__))
