"""Whether lists are sorted by words, in the order of now."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import word_indexes
from app.core.doctor.finding import Finding
from app.core.word_order import NAME
from app.core.words import say

_PROVIDER = text(
    "SELECT collprovider FROM pg_collation WHERE collname = 'zh' AND collnamespace = current_schema()::regnamespace"
)


def words_out_of_order(session: Session) -> Iterator[Finding]:
    connection = session.connection()
    if connection.dialect.name == "postgresql" and connection.execute(_PROVIDER).scalar() != "i":
        yield Finding(
            "order", NAME,
            say("PostgreSQL 不带 ICU：名称按编码排序，不按拼音。", "PostgreSQL is without ICU: names are sorted by their codes, not by pinyin."),
            must=False,
        )  # fmt: skip
    if not word_indexes.is_current(connection):
        yield Finding(
            "order", NAME,
            say("排序规则已变，名称的索引要重建。", "The order of words has changed: its indexes have to be filled anew."),
            "flask --app run release",
        )  # fmt: skip
