"""The page on which an export in the background is asked for, and on which a scheduled one is changed."""

from collections.abc import Mapping
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from app.core import here
from app.core.declaration import Declaration
from app.core.exporting import due, kept, schedules
from app.core.exporting.receipts import in_words
from app.core.mail import addresses


def page(
    session: Session, register: type[Declaration], query: str, columns: str, given: Mapping[str, Any],
    faults: Mapping[str, str], **more: Any,
) -> str:  # fmt: skip
    """Raises Forbidden, or Refusal for a list that can't be read."""
    export = kept.export_of(session, register, query, columns)
    return render_template(
        "exports/later.html", register=register, query=query, columns=columns, export=export, given=given, faults=faults,
        filter=in_words(export.asked), count=export.listing.count(session, export.asked), due=due,
        by_mail=schedules.mails_offered(), address=addresses.of_user(session, here.me().user_id),
        days=kept.SCHEDULED_KEPT.days, **more,
    )  # fmt: skip


def form_in(given: Mapping[str, Any]) -> str:
    """Which kind of file."""
    return "xlsx" if given.get("form") == "xlsx" else "csv"
