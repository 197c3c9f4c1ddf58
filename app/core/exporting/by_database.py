"""The cells of an export, said by the database: what `cells.py` says, as expressions of SQL.

PostgreSQL then writes the lines itself (COPY), SQLite hands over words that need no more thought. A column
whose words SQL can't say (a sealed number, a mask by another rule) leaves the whole file to `cells.py`;
tests hold the two against each other.
"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import (
    TEXT,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    event,
    func,
    literal_column,
    or_,
    type_coerce,
)
from sqlalchemy.orm import Session

from app.core import here, values
from app.core.guarded import (
    ENDS_OF_DATES,
    LONG_DIGITS,
    LONGEST_DATE,
    MISREAD,
    OF_DATES,
    SIGNS_OF_DATES,
    STARTS_A_FORMULA,
    safe_csv_cell,
)  # fmt: skip
from app.core.kinds import (
    Address,
    Choice,
    CreditCode,
    Date,
    File,
    Instant,
    Integer,
    Kind,
    Latitude,
    Longitude,
    LongText,
    Money,
    Number,
    Phone,
    Text,
    YesNo,
)  # fmt: skip
from app.core.reading import Column, own_columns, query_for
from app.core.rights import MASKED, OWN

Sql = ColumnElement[Any]
#: rows that are fetched and written together
BATCH = 2000
#: rows that PostgreSQL has written and that are sent together: some 40 KB. What is larger than 64 KB is asked of the
#: system and given back for each piece, which costs as much as reading it
PIECE = 200
_WORDS = (Text, LongText, Address, Phone, CreditCode)


def query_in_words(model: Any, columns: list[Column], staff_id: int | None, dialect: str) -> Select[Any] | None:
    """The register's query with each cell as its words; None when one of them can't be said."""
    plain = query_for(model, columns)
    raw = {each.key: each for each in plain.selected_columns}
    own = or_(*(raw[name] == staff_id for name in own_columns(columns))) if staff_id and own_columns(columns) else None
    cells: list[Sql] = []
    for column in columns:
        spot = column.field
        key = f"{spot.attribute}__label" if spot.is_relation else spot.attribute
        kept = spot.attribute in model.__table__.c  # an added field is kept in another way
        said = _cell(column, raw[key], own, dialect) if kept else None
        if said is None:
            return None
        cells.append(said.label(f"cell_{len(cells)}"))
    return plain.with_only_columns(*cells, maintain_column_froms=True)


def _cell(column: Column, value: Sql, own: Sql | None, dialect: str) -> Sql | None:
    spot = column.field
    if spot.is_relation:
        in_full = column.level != MASKED and not column.level.startswith(OWN)
        return _safe(value, dialect) if in_full and isinstance(value.type, String) else None
    if column.level == MASKED:
        return _masked(spot.kind, value, dialect)
    if column.level.startswith(OWN):
        masked = _masked(spot.kind, value, dialect)
        if masked is None or not isinstance(spot.kind, _WORDS):
            return None
        return masked if own is None else case((func.coalesce(own, False), _safe(value, dialect)), else_=masked)
    return _in_full(spot.kind, value, dialect)


def _in_full(kind: Kind, value: Sql, dialect: str) -> Sql | None:
    on_sqlite = dialect == "sqlite"
    if isinstance(kind, Choice):
        words = {str(each): _quoted(str(label)) for each, label in kind.options}
        return case(words, value=type_coerce(value, String), else_=_quoted("")) if words else None
    if isinstance(kind, File):
        return case((value.is_not(None), _quoted(kind.show(1))))
    if isinstance(kind, YesNo):
        return case((value.is_(True), _quoted(kind.show(True))), (value.is_(False), _quoted(kind.show(False))))
    if isinstance(kind, Instant):
        return _instant(value, on_sqlite)
    if type(kind) is Date:
        return type_coerce(value, String) if on_sqlite else value
    if type(kind) is Money:
        hundred: Sql = literal_column("100.0" if on_sqlite else "100::numeric")
        return _printed("%.2f", value, value / hundred) if on_sqlite else func.round(value / hundred, 2)
    scale = getattr(value.type, "scale", None)
    if type(kind) in (Number, Latitude, Longitude) and scale:
        return _printed(f"%.{scale}f", value, value) if on_sqlite else value
    if type(kind) is Integer:
        return value
    return (
        _safe(value, dialect)
        if (isinstance(kind, _WORDS) and type(value.type) is String) or isinstance(kind, LongText)
        else None
    )


def _printed(form: str, value: Sql, figure: Sql) -> Sql:
    """SQLite prints nothing as nought: what is empty stays empty."""
    return case((value.is_not(None), func.printf(form, figure)))


def _instant(value: Sql, on_sqlite: bool) -> Sql | None:
    """The house's wall; on SQLite only where its clocks are never put forward."""
    minutes = _minutes_ahead()
    if not on_sqlite:  # a zone of one offset costs half of one that is looked up by its name
        zone = str(here.house_zone()) if minutes is None else timedelta(minutes=minutes)
        return func.left(cast(func.timezone(zone, value), TEXT), 16, type_=String)
    if minutes is None:
        return None
    return func.strftime("%Y-%m-%d %H:%M", value, f"{minutes:+d} minutes", type_=String)


def _minutes_ahead() -> int | None:
    """How far the house's clocks are ahead of UTC; None where that changes within a year or has changed."""
    zone = here.house_zone()
    offsets = {datetime(year, month, 1, tzinfo=zone).utcoffset() for year in (2000, 2020, 2040) for month in (1, 7)}
    offset = offsets.pop() if len(offsets) == 1 else None
    return None if offset is None else int(offset.total_seconds()) // 60


def _masked(kind: Kind, value: Sql, dialect: str) -> Sql | None:
    if isinstance(kind, File):
        return _in_full(kind, value, dialect)
    if isinstance(kind, Phone):
        return _masked_phone(value, dialect)  # stars and digits start no formula
    if type(kind) in (Text, LongText, Address, CreditCode):
        half = func.length(value).op("/")(literal_column("2"))
        masked = func.substr(value, 1, case((half < 6, half), else_=6), type_=String) + literal_column("'***'")
        return case((func.coalesce(value, "") == "", literal_column("''")), else_=_formula_kept(masked, value, dialect))
    if type(kind) is Money:
        return case((value.is_not(None), literal_column("'***'")))
    return None


def _masked_phone(value: Sql, dialect: str) -> Sql:
    if dialect == "sqlite":
        return func.masked_phone(value, type_=String)
    town, local = func.split_part(value, "-", 1, type_=String), func.split_part(value, "-", 2, type_=String)
    stars = func.repeat("*", func.greatest(func.length(local) - 3, 0), type_=String)
    return case(
        (value.regexp_match("^0?1[3-9][0-9]{9}$"), func.left(value, 3, type_=String) + "****" + func.right(value, 4, type_=String)),
        (value == "", ""),
        (and_(func.strpos(value, "-") > 0, (town + local).regexp_match("^(010|02[0-9]|0[3-9][0-9]{2})[1-9][0-9]{6,7}$")),
         town + "-" + stars + func.right(local, 3, type_=String)),
        (value.is_not(None), "****"),
    )  # fmt: skip


def _first(value: Sql, dialect: str) -> Sql:
    return func.unicode(value) if dialect == "sqlite" else func.ascii(value)


def _formula_kept(shown: Sql, value: Sql, dialect: str) -> Sql:
    """A mask that keeps the first sign keeps what that sign would start."""
    starts = _first(value, dialect).in_([ord(each) for each in STARTS_A_FORMULA])
    return case((and_(starts, func.length(value) > 1), literal_column("''''") + shown), else_=shown)


def _safe(value: Sql, dialect: str) -> Sql:
    """An apostrophe before what a spreadsheet would run, or would misread. What begins with a letter or a Chinese
    sign, as most does, is let through by its first sign alone."""
    first = _first(value, dialect)
    codes = ",".join(str(ord(each)) for each in STARTS_A_FORMULA)
    guarded: Sql = literal_column("''''") + value
    return case(
        (first.between(literal_column("65"), literal_column("65290")), value),
        (first.between(literal_column("48"), literal_column("57")),
         case((_is_misread(value, first, dialect), guarded), else_=value)),
        (first.op("IN")(literal_column(f"({codes})")), guarded), else_=value,
    )  # fmt: skip


def _is_misread(value: Sql, first: Sql, dialect: str) -> Sql:
    """Of what begins with a digit. A phone is too long for a date and too short to be rounded."""
    length: Sql = func.length(value)
    nought = first == literal_column("48")
    long = length > literal_column(str(LONGEST_DATE))
    rounded = or_(nought, length >= literal_column(str(LONG_DIGITS)))
    if dialect != "sqlite":
        # An address such as 12栋2202 is let through by its signs: that costs a tenth of the pattern.
        of_dates = func.translate(value, _pattern(SIGNS_OF_DATES), literal_column("''")) == literal_column("''")
        short = and_(of_dates, value.op("~")(_pattern(MISREAD)))
        return case((long, and_(rounded, value.op("~")(_pattern("^[0-9]+$")))), else_=short)
    digits = value.op("NOT GLOB")(_pattern("*[^0-9]*"))
    of_dates = value.op("NOT GLOB")(_pattern(f"*[^{OF_DATES}]*"))
    ends = value.op("GLOB")(_pattern(f"*[{ENDS_OF_DATES}]"))
    short = case((digits, and_(nought, length > literal_column("1"))), else_=and_(of_dates, ends))
    return case((long, and_(rounded, digits)), else_=short)


def _pattern(text: str) -> Sql:
    return literal_column("'" + text.replace(":", "\\:") + "'")


def _quoted(text: str) -> Sql:
    return literal_column("'" + safe_csv_cell(text).replace("'", "''").replace(":", "\\:") + "'")


# --- the lines ----------------------------------------------------------------------------


def lines(session: Session, query: Select[Any], counted: list[int]) -> Iterator[bytes]:
    """The file's lines in pieces, without its header; `counted[0]` is how many so far."""
    on_postgres = session.get_bind().dialect.name == "postgresql"
    return _copied(session, query, counted) if on_postgres else _written(session, query, counted)


def _written(session: Session, query: Select[Any], counted: list[int]) -> Iterator[bytes]:
    raw: Any = session.connection().connection.driver_connection
    raw.create_function("masked_phone", 1, values.mask_phone, deterministic=True)
    result = session.execute(query.execution_options(yield_per=BATCH, stream_results=True))
    for part in result.partitions():
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\r\n").writerows(part)
        counted[0] += len(part)
        yield buffer.getvalue().encode()


#: of a million rows PostgreSQL thinks that a statement is worth being optimized as machine code, which costs a second
#: of three; and who writes the lines has no time to gather rows, too
_FOR_A_FILE = "; ".join(
    f"SET LOCAL {each}"
    for each in ("jit_optimize_above_cost = -1", "jit_inline_above_cost = -1", "parallel_leader_participation = off")
)


def _copied(session: Session, query: Select[Any], counted: list[int]) -> Iterator[bytes]:
    """PostgreSQL writes each line; here they only get the ending that spreadsheets expect."""
    statement, given = _as_sent(session, query)
    raw: Any = session.connection().connection.driver_connection
    raw.execute(_FOR_A_FILE)
    with raw.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv)", given) as copy:
        rows = iter(copy)
        while part := [line[:-1] for line in islice(rows, PIECE)]:
            counted[0] += len(part)
            yield b"\r\n".join(part) + b"\r\n"


class _Said(Exception):  # noqa: N818 (carries what the driver would have got)
    def __init__(self, statement: str, given: Any) -> None:
        super().__init__()
        self.statement, self.given = statement, given


def _as_sent(session: Session, query: Select[Any]) -> tuple[str, Any]:
    """The statement when the gate has passed it and as the driver would get it, with its parameters."""

    def stop(_: Any, cursor: Any, statement: str, given: Any, *rest: Any) -> None:
        cursor.close()
        raise _Said(statement, given)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", stop)
    try:
        session.execute(query)
    except _Said as said:
        return said.statement, said.given
    finally:
        event.remove(connection, "before_cursor_execute", stop)
    raise AssertionError("a statement goes through the cursor")
