"""Which header a person's files have for which column, as they last said."""

from collections.abc import Mapping

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import here
from app.core.sheets import Sheet, plain

MOST = 300


class ImportMemory(Model):
    """Per person and register: header -> column ("" for one that is left out), and the key of the upsert."""

    __tablename__ = "import_memory"
    __table_args__ = (UniqueConstraint("user_id", "table_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    table_name: Mapped[str] = mapped_column(String(64))
    words: Mapped[dict[str, str]] = mapped_column(JSON)
    key: Mapped[str] = mapped_column(String(64), default="")


def _row(session: Session, table: str) -> ImportMemory | None:
    query = select(ImportMemory).where(ImportMemory.user_id == here.me().user_id, ImportMemory.table_name == table)
    return session.execute(query).scalar_one_or_none()


def remembered(session: Session, table: str) -> tuple[dict[str, str], str]:
    row = _row(session, table)
    return (dict(row.words), row.key) if row is not None else ({}, "")


def remember(session: Session, table: str, sheet: Sheet, mapping: Mapping[int, str], key: str) -> None:
    """In the caller's transaction."""
    said = {plain(word): mapping.get(place, "") for place, word in enumerate(sheet.header) if word}
    row = _row(session, table)
    if row is None:
        session.add(ImportMemory(user_id=here.me().user_id, table_name=table, words=said, key=key))
        return
    row.words = dict(list({**row.words, **said}.items())[-MOST:])
    row.key = key
