"""What a plain table is written with, in one line of imports (docs/add-a-table.md)."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from app.core.columns import (
    address,
    choice,
    instant,
    integer,
    latitude,
    long_text,
    longitude,
    money,
    number,
    on_date,
    path,
    personal,
    phone,
    position,
    ref,
    scan,
    several,
    sorted_by,
    structured,
    text,
    yes_no,
)
from app.core.record import Record

__all__ = [
    "Decimal", "Mapped", "Record", "address", "choice", "date", "datetime", "instant", "integer", "latitude", "long_text",
    "longitude", "money", "number", "on_date", "path", "personal", "phone", "position", "ref", "scan", "several", "sorted_by",
    "structured", "text", "yes_no",
]  # fmt: skip
