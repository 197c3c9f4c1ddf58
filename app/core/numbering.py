"""Numbers of documents: `SG-2026-000001`. Unique, without gaps, never given twice.

The counter's row is locked in the transaction that uses the number, so a refused or rolled
back document leaves no hole, and two at once wait for each other.
"""

from flask_appbuilder import Model
from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column


class Counter(Model):
    """The last number given of one series in one year."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("series", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(8))
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


def next_number(session: Session, series: str, year: int) -> str:
    return take_numbers(session, series, year, 1)[0]


def take_numbers(session: Session, series: str, year: int, count: int) -> list[str]:
    """The next `count` numbers of a series; the year is the house's year of the act."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(Counter).values(series=series, year=year, last=0).on_conflict_do_nothing())
    counter = session.execute(
        select(Counter)
        .where(Counter.series == series, Counter.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    first = counter.last + 1
    counter.last += count
    session.flush()
    return [f"{series}-{year}-{number:06d}" for number in range(first, first + count)]
