"""Scans and photographs 附件: what may be kept, where it lies, who may open it.

A file belongs to a column of one row (`scan_id`), and is opened by whoever may read that
row and that column. Images are drawn anew, so nothing rides along in them; the bytes lie
encrypted under a random name in GUANJIA_HOME/files.
"""

import hashlib
import io
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from flask_appbuilder import Model
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import BigInteger, ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import crypt, editions, gate, here, journal
from app.core.added.loading import archived_files
from app.core.answers import Faulty, Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.columns import UtcInstant
from app.core.declaration import Declaration, all_registers, register_of
from app.core.kinds import File
from app.core.pdf import kept as previews
from app.core.reading import columns_for, own_columns
from app.core.record import Field, fields
from app.core.rights import MASKED, OWN, may, writes
from app.core.saving import edit_blockers
from app.core.verbs import Act
from app.core.words import Say, say
from app.core.writing import write

MIB = 1024 * 1024
LARGEST = 10 * MIB
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 3000  # pixels: an A4 page is still readable
#: the format found in the bytes -> the kind it is kept as
IMAGES = ("JPEG", "PNG", "WEBP")
JPEG, PDF = "image/jpeg", "application/pdf"
ENDING = {JPEG: "jpg", PDF: "pdf"}
#: what a PDF on paper never needs
ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/AA", b"/XFA", b"/RichMedia")
#: for so long after it was found that no row names it: its record may be entered again
LET_GO_KEPT = timedelta(days=30)
UNNAMED_KEPT = timedelta(days=1)

WRONG_KIND = say("只能上传照片（JPG、PNG、WebP）或 PDF。", "Only pictures (JPG, PNG, WebP) or PDF.")
TOO_LARGE = say("文件不能超过 10 MB。", "A file has at most 10 MB.")
TOO_MANY_PIXELS = say("图片尺寸过大，请缩小后再传。", "The picture is too large; please make it smaller.")
ACTIVE_PDF = say(
    "这个 PDF 带有脚本或附件，请另存为普通 PDF 再传。", "This PDF holds scripts or files; save it as a plain one."
)
EMPTY = say("请选择文件。", "Choose a file.")
FULL = say("附件空间已满，请联系管理员。", "There is no room for more files; ask the administrator.")
TODAY_FULL = say("您今天上传的附件已达上限。", "You reached today's limit for files.")


class StoredFile(Model):
    """One kept file. Never shown by itself: always through the row that names it."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    media_type: Mapped[str] = mapped_column(String(32))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    #: when it was found that no row names it any more
    let_go_at: Mapped[datetime | None] = mapped_column(UtcInstant)


def file_columns(register: type[Declaration]) -> list[Field]:
    return [spot for spot in fields(register.model).values() if isinstance(spot.kind, File)]


# --- what may be kept ---------------------------------------------------------------------


def checked(data: bytes) -> tuple[str, bytes]:
    """(media type, the bytes to keep). Raises Faulty at "file"; the sender's name and type say nothing."""
    if not data:
        raise Faulty({"file": EMPTY})
    if len(data) > LARGEST:
        raise Faulty({"file": TOO_LARGE})
    if data.startswith(b"%PDF-"):
        if any(word in data for word in ACTIVE):
            raise Faulty({"file": ACTIVE_PDF})
        return PDF, data
    return JPEG, _drawn_anew(data)


def picture_in(data: bytes) -> Image.Image:
    """A picture as its bytes show it, upright and not too large. Raises Faulty at "file"."""
    if len(data) > LARGEST:
        raise Faulty({"file": TOO_LARGE})
    try:
        picture = Image.open(io.BytesIO(data), formats=IMAGES)
        if picture.width * picture.height > MOST_PIXELS:
            raise Faulty({"file": TOO_MANY_PIXELS})
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture.load()
        return ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
        raise Faulty({"file": WRONG_KIND}) from None


def _drawn_anew(data: bytes) -> bytes:
    upright = picture_in(data)
    try:
        flat = Image.new("RGB", upright.size, "white")
        flat.paste(upright.convert("RGBA"), mask=upright.convert("RGBA").getchannel("A"))
        flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        drawn = io.BytesIO()
        flat.save(drawn, "JPEG", quality=85)
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Faulty({"file": WRONG_KIND}) from None
    return drawn.getvalue()


# --- keeping and opening ------------------------------------------------------------------


def attach(session: Session, register: type[Declaration], row_id: int, column: str, data: bytes) -> int:
    """Keep a file for a row's column in place of the one before; answers the row's version.

    Asks for the right to attach, the row's scope, its state and the domain's reasons against an edit.
    """
    spot = column_of(register, column)
    if not may_attach(register, spot):
        raise Forbidden()
    media_type, kept = checked(data)

    def work() -> int:
        found = gate.reachable(session, register.model, [row_id], lock=True)
        if not found:
            raise NotFound()
        row = found[0]
        refused = edit_blockers(register, row, Act(session, here.me()))
        if refused:
            raise NotAllowed(refused)
        _ask_for_room(session, len(kept))
        stored = StoredFile(
            key=secrets.token_hex(16), media_type=media_type, size=len(kept),
            sha256=hashlib.sha256(kept).hexdigest(), at=here.now(), by_id=here.me().staff_id,
        )  # fmt: skip
        # The file is there before the row is: a row never names a file that is not there.
        _write(stored.key, kept)
        session.add(stored)
        session.flush()
        setattr(row, spot.attribute, stored.id)
        journal.describe(session, "attach", row)
        session.flush()
        return int(row.version)

    return write(session, work)


def opened(
    session: Session, register: type[Declaration], row_id: int, column: str, **note: Any
) -> tuple[StoredFile, bytes]:
    """The file of a row's column, for whoever may read both. Raises NotFound otherwise; told to the journal."""
    spot = column_of(register, column)
    found = gate.reachable(session, register.model, [row_id])
    if not found or not may_open(register, found[0], column):
        raise NotFound()
    stored = session.get(StoredFile, getattr(found[0], spot.attribute) or 0)
    if stored is None:
        raise NotFound()
    data = bytes_of(stored)

    def work() -> None:
        journal.add(
            session, "open_file", table=register.table(), row_id=row_id, column=column, sha256=stored.sha256, **note
        )

    write(session, work)
    return stored, data


def picture_of(session: Session, file_id: int | None) -> bytes | None:
    """The bytes of a kept picture, for whoever has made sure that it may be shown; None without one."""
    stored = session.get(StoredFile, file_id) if file_id else None
    return bytes_of(stored) if stored is not None and stored.media_type == JPEG else None


def media_type_of(session: Session, file_id: int) -> str:
    return session.execute(select(StoredFile.media_type).where(StoredFile.id == file_id)).scalar() or ""


def may_attach(register: type[Declaration], spot: Field) -> bool:
    """Whoever has the right to attach; where levels are said, whoever edits the row and writes the field."""
    person, table = here.me(), register.table()
    if register.has_levels(spot):
        return may(person, "edit", table) and writes(person, table, spot.name)
    return may(person, "attach", table) and writes(person, table, spot.name)


def needed_to_attach(table: str, column: str) -> str:
    """The right that opens the door; what the column itself asks for is asked later."""
    register = register_of(table)
    spot = fields(register.model).get(column) if register else None
    return "read" if register and spot and register.has_levels(spot) else "attach"


def may_open(register: type[Declaration], row: Any, column: str) -> bool:
    """Whether the acting person may open the file of a row they reach."""
    seen = columns_for(register.model, [column])
    if not seen or seen[0].level == MASKED:
        return False
    if seen[0].level.startswith(OWN):
        return any(getattr(row, name) == here.me().staff_id for name in own_columns(seen))
    return True


def column_of(register: type[Declaration], column: str) -> Field:
    for spot in file_columns(register):
        if spot.name == column:
            return spot
    raise NotFound()


def _ask_for_room(session: Session, size: int) -> None:
    config = current_app.config
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(_folder()).free - size < config["GUANJIA_FILES_SPARE_MIB"] * MIB:
        raise Faulty({"file": FULL})
    of_today = select(func.coalesce(func.sum(StoredFile.size), 0)).where(
        StoredFile.by_id == here.me().staff_id, StoredFile.at >= here.now() - timedelta(days=1)
    )
    if session.execute(of_today).scalar_one() + size > config["GUANJIA_FILES_MIB_A_DAY"] * MIB:
        raise Faulty({"file": TODAY_FULL})


# --- on disk ------------------------------------------------------------------------------


def _folder() -> Path:
    home: Path = current_app.config["GUANJIA_HOME"]
    return home / "files"


def _place(key: str) -> Path:
    return _folder() / key[:2] / key


def _write(key: str, data: bytes) -> None:
    place = _place(key)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    with part.open("wb") as file:
        file.write(crypt.seal_bytes(data, f"file.{key}"))
        file.flush()
        os.fsync(file.fileno())  # before the row that names it is committed
    part.chmod(0o600)
    part.rename(place)


def bytes_of(stored: StoredFile) -> bytes:
    try:
        return crypt.open_bytes(_place(stored.key).read_bytes(), f"file.{stored.key}")
    except OSError:
        raise NotFound() from None


# --- sweeping -----------------------------------------------------------------------------


def sweep(session: Session) -> int:
    """Remove what no row names any more: for thirty days it may come back, with a deleted record that is entered
    again. What a failed upload left goes after one day."""
    with here.as_house():
        now, unnamed = here.now(), _unnamed(session)
        gone = [each for each in unnamed if each.let_go_at is not None and each.let_go_at < now - LET_GO_KEPT]
        fresh = {each.id for each in unnamed if each.let_go_at is None}
        back = select(StoredFile).where(
            StoredFile.let_go_at.is_not(None), StoredFile.id.not_in([e.id for e in unnamed])
        )

        def work() -> None:
            for each in session.execute(back).scalars():
                each.let_go_at = None
            for each in session.execute(select(StoredFile).where(StoredFile.id.in_(fresh))).scalars():
                each.let_go_at = now
            _forget_rows(session, [each.id for each in gone])
            journal.add(session, "sweep_files", files=len(gone))

        write(session, work)
        known = set(session.execute(select(StoredFile.key)).scalars())
    previews.sweep(known)
    return len(gone) + sum(_removed(path) for path in _strangers(known, [each.key for each in gone]))


@dataclass(frozen=True)
class _Unnamed:
    id: int
    key: str
    at: datetime
    let_go_at: datetime | None


def _unnamed(session: Session) -> list[_Unnamed]:
    """What no row names; found outside the transaction that acts on it."""
    editions.refresh(session)  # a field added a moment ago names files, too
    named = set(_named(session))
    query = select(StoredFile.id, StoredFile.key, StoredFile.at, StoredFile.let_go_at)
    return [_Unnamed(*found) for found in session.execute(query) if found.id not in named]


def _forget_rows(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(StoredFile).where(StoredFile.id.in_(ids)).execution_options(synchronize_session=False))


def let_go(session: Session, ids: Sequence[int]) -> list[str]:
    """Within the transaction after which nothing names them; answers what is to be dropped after it."""
    keys = list(session.execute(select(StoredFile.key).where(StoredFile.id.in_(ids))).scalars())
    _forget_rows(session, ids)
    return keys


def drop(keys: Sequence[str]) -> None:
    """At once: of a person who is forgotten nothing is kept."""
    for key in keys:
        _removed(_place(key))
        previews.drop(key)


def drop_let_go(session: Session, before: date) -> int:
    """What no row names and was kept before that day: it may have been of somebody who is forgotten now."""
    with here.as_house():
        since = datetime.combine(before, time(), tzinfo=here.house_zone())
        ids = [each.id for each in _unnamed(session) if each.at < since]
        drop(write(session, lambda: let_go(session, ids)))
    return len(ids)


def is_left(session: Session, file_id: int) -> bool:
    """Whether a file is still kept that a deleted record named, and nothing names it now."""
    if session.execute(select(StoredFile.id).where(StoredFile.id == file_id)).first() is None:
        return False
    return file_id not in set(_named(session, only=file_id))


def _named(session: Session, only: int | None = None) -> Iterator[int]:
    """Every id that a row names; or that one, if any does."""
    columns = [
        getattr(register.model, spot.attribute)
        for register in all_registers().values()
        for spot in file_columns(register)
    ]
    for column in [*columns, *archived_files(session)]:
        wanted = column.is_not(None) if only is None else column == only
        yield from session.execute(select(column).where(wanted)).scalars()


def _strangers(known: set[str], gone: Sequence[str]) -> Iterator[Path]:
    """Files of which the database knows nothing: what was let go of just now, and what lay there for a day."""
    before = here.now().timestamp() - UNNAMED_KEPT.total_seconds()
    for path in _folder().glob("*/*"):
        if path.name not in known and (path.name in gone or path.stat().st_mtime < before):
            yield path


def _removed(path: Path) -> int:
    path.unlink(missing_ok=True)
    return 1


__all__ = [
    "LARGEST",
    "Say",
    "StoredFile",
    "attach",
    "bytes_of",
    "checked",
    "file_columns",
    "media_type_of",
    "may_open",
    "opened",
    "picture_of",
    "sweep",
]
