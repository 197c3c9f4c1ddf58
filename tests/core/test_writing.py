"""What waits for the disk and what does not: said for each transaction, and never left over from the one before."""

from typing import Any

from flask import Flask
from sqlalchemy import text

from app.core.writing import write


def test_each_transaction_says_whether_it_waits_for_the_disk(app: Flask) -> None:
    from app.extensions import db

    sqlite = db.engine.dialect.name == "sqlite"
    ask = text("PRAGMA synchronous" if sqlite else "SHOW synchronous_commit")
    full, less = (2, 1) if sqlite else (None, "off")

    def told(**how: Any) -> Any:
        return write(db.session, lambda: db.session.execute(ask).scalar(), **how)

    usual = told()
    assert full is None or usual == full
    assert [told(durable=False), told(), told(durable=False), told()] == [less, usual, less, usual]
