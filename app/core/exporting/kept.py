"""Export files that are made in the background and kept for a while: who asked, for what, and who may fetch.

A row is there from when it is asked for; its bytes from when its job is done. Only its owner fetches it, and
only while they see of the register what they saw when it was made.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from flask_appbuilder import Model
from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import MultiDict

from app.core import gate, here, jobs, journal
from app.core.answers import Forbidden, NotFound, Refusal
from app.core.columns import Sealed, UtcInstant
from app.core.declaration import Declaration, register_of
from app.core.exporting import sealed
from app.core.exporting.export import Export
from app.core.listing import Asked, Listing
from app.core.listing.matching import MOST_PARTS
from app.core.rights import how_much, level, may
from app.core.words import Say, say, speaking
from app.core.writing import write

#: a workbook, or a list thought cell by cell, of more rows is made in the background
LARGE = 20_000
#: how long the bytes are kept: what somebody waits for, and what comes by itself
ASKED_KEPT, SCHEDULED_KEPT = timedelta(days=1), timedelta(days=7)
#: not made within so long: its job is past
WAITED_FOR = timedelta(days=3)
MOST_AT_ONCE = 10
FORMS = ("csv", "xlsx")

TOO_MANY = say(
    "您有 {n} 份导出正在制作，请稍后再试。", "{n} exports of yours are being made; try again later.", n=MOST_AT_ONCE
)
CHANGED = say(
    "制作这份文件之后，您的权限有变，不能再取。请重新导出。",
    "Your rights have changed since this file was made: it can't be fetched any more. Export it again.",
)
MISREAD = say(
    "筛选条件已无法识别（字段或权限有变），没有导出。请从列表重新设定。",
    "The filters can't be read any more (fields or rights have changed): nothing was exported. Set it up again from the list.",
)
NO_COLUMN = say(
    "所选的列都已看不到，没有导出。", "None of the columns is in your sight any more: nothing was exported."
)


class ExportFile(Model):
    """One file, asked for or made. `query` and `columns` are the list's own."""

    __tablename__ = "export_file"
    #: a schedule makes one file for each time that it is due, however many workers look
    __table_args__ = (UniqueConstraint("schedule_id", "due_at"), Index("ix_export_file_owner", "owner_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("export_schedule.id", ondelete="SET NULL"))
    due_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    job_id: Mapped[int | None]
    table_name: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(8))
    query: Mapped[str] = mapped_column(Sealed("export_file.query"))
    columns: Mapped[str] = mapped_column(String(2000), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    made_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    #: from then on it is not kept
    gone_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    #: what it is kept under; empty until it is made
    key: Mapped[str] = mapped_column(String(32), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    rows: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    #: what its owner saw of the register when it was made
    sight: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def name_of(table: str, at: datetime, form: str) -> str:
    """A file that goes astray says whose it was."""
    taker = re.sub(r"[^\w.-]", "", here.me().username, flags=re.ASCII)
    return f"{table}-{here.in_house_time(at):%Y%m%d-%H%M}-{taker}.{form}"


# --- asking --------------------------------------------------------------------------------


def ask_for(
    session: Session, table: str, form: str, query: str, columns: str, what: Say,
    *, schedule_id: int | None = None, due_at: datetime | None = None,
) -> ExportFile:  # fmt: skip
    """In the caller's transaction: the row of a file and the job that makes it."""
    owner_id = here.me().user_id
    file = ExportFile(
        owner_id=owner_id, table_name=table, form=form, query=query, columns=columns, schedule_id=schedule_id,
        due_at=due_at, gone_at=here.now() + WAITED_FOR,
    )  # fmt: skip
    session.add(file)
    session.flush()
    file.job_id = jobs.ask_for(session, "export", what, {"file": file.id}).id
    return file


def ask_now(session: Session, register: type[Declaration], form: str, query: str, columns: str) -> ExportFile:
    """For whoever waits for it. In the caller's transaction; raises Refusal when too many are being made."""
    making = (
        select(func.count())
        .select_from(ExportFile)
        .where(ExportFile.owner_id == here.me().user_id, ExportFile.key == "")
    )
    if session.execute(making).scalar_one() >= MOST_AT_ONCE:
        raise Refusal(TOO_MANY)
    export_of(session, register, query, columns)  # what can't be read is not begun
    return ask_for(session, register.table(), form, query, columns, say("导出{t}", "Export {t}", t=register.title()))


def export_of(session: Session, register: type[Declaration], query: str, columns: str) -> Export:
    """The export of that list, as the acting person may take it now. Raises Forbidden, or Refusal for what
    can't be read: a filter that fell away would mean more rows than were asked for."""
    export = Export(session, register, {"columns": columns}, asked=lambda listing: _understood(listing, query))
    if not export.columns:
        raise Refusal(NO_COLUMN)
    return export


def _understood(listing: Listing, query: str) -> Asked:
    try:
        asked = listing.asked(MultiDict(parse_qsl(query, max_num_fields=MOST_PARTS)))
    except ValueError:
        raise Refusal(MISREAD) from None
    if asked.wrong:
        raise Refusal(MISREAD)
    return asked


# --- fetching ------------------------------------------------------------------------------


def sight_of(export: Export) -> dict[str, Any]:
    """What a person sees of the register: which rows, in words, and how much of each column."""
    columns = {column.name: column.level for column in export.columns}
    return {"rows": _rows_seen(export.register), "department": export.person.department_id, "columns": columns}


def _rows_seen(register: type[Declaration]) -> list[str]:
    scopes = gate.scopes_of(register.table(), here.me().roles)
    with speaking("zh"):
        return sorted({str(gate.in_words(each, register.model)) for each in scopes.values()})


def own(session: Session, file_id: int) -> ExportFile:
    """One's own file, or NotFound."""
    query = select(ExportFile).where(ExportFile.id == file_id, ExportFile.owner_id == here.me().user_id)
    file = session.execute(query).scalar_one_or_none()
    if file is None:
        raise NotFound(sealed.GONE)
    return file


def fetched(session: Session, file_id: int) -> tuple[ExportFile, Iterator[bytes]]:
    """One's own file and its bytes; told to the journal. Raises NotFound or Forbidden."""
    file = own(session, file_id)
    if not file.key or file.gone_at <= here.now():
        raise NotFound(sealed.GONE)
    ask_for_sight(file)
    pieces = sealed.read(file.key)
    table, form, rows, mark = file.table_name, file.form, file.rows, file.sha256
    write(
        session, lambda: journal.add(session, "fetch_export", table=table, format=form, rows=rows, sha256=mark)
    )  # fmt: skip
    return file, pieces


def ask_for_sight(file: ExportFile) -> None:
    """That the acting person sees of the register what they saw when it was made. Raises Forbidden."""
    register, person = register_of(file.table_name), here.me()
    if register is None or not may(person, "export", file.table_name):
        raise Forbidden()
    then = file.sight
    less = [name for name, was in then["columns"].items() if not _sees(level(person, file.table_name, name), was)]
    if less or set(then["rows"]) - set(_rows_seen(register)) or then["department"] != person.department_id:
        raise Forbidden(CHANGED)


def _sees(now: str, then: str) -> bool:
    return now == then or how_much(now) > how_much(then)


# --- keeping -------------------------------------------------------------------------------


def sweep(session: Session) -> int:
    """Remove what was kept long enough, and what a worker left that died. The receipts stay."""
    old = list(session.execute(select(ExportFile.id, ExportFile.key).where(ExportFile.gone_at < here.now())))
    if old:
        gone = delete(ExportFile).where(ExportFile.id.in_([each.id for each in old]))
        write(session, lambda: session.execute(gone))
    for each in old:
        if each.key:
            sealed.remove(each.key)
    known = set(session.execute(select(ExportFile.key)).scalars())
    for path in sealed.strangers(known):
        path.unlink(missing_ok=True)
    return len(old)
