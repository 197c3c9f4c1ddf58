"""How a person leaves a list: columns, density, size of a page, widths; and which parts of its records they
folded. It looks like that from then on."""

from typing import Any

from sqlalchemy.orm import Session

from app.core import here
from app.core.declaration import Declaration
from app.core.fieldsets import keys_of
from app.core.listing import widths
from app.core.listing.address import SIZES
from app.core.listing.saved import DENSITIES, ListView, choosable, keep, own_row


def leave(session: Session, register: type[Declaration], **changes: Any) -> None:
    """Remember columns, density, size or widths; what is no choice is passed over."""
    keep(session, lambda: _leave(session, register, changes))


def _leave(session: Session, register: type[Declaration], changes: dict[str, Any]) -> None:
    own = own_row(session, register.table())
    if "columns" in changes:
        possible = choosable(register)
        own.columns = ",".join(name for name in dict.fromkeys(changes["columns"]) if name in possible)[:2000]
        own.widths = own.widths if own.columns else None  # as usual
    if changes.get("density") in DENSITIES:
        own.density = changes["density"]
    if changes.get("size") in SIZES:
        own.size = changes["size"]


def leave_folded(session: Session, register: type[Declaration], keys: str) -> None:
    """Parts of a long form and record (core/fieldsets.py); a key that is none is passed over."""
    possible = keys_of(register)

    def work() -> None:
        kept = ",".join(key for key in dict.fromkeys(keys.split(",")) if key in possible)
        own_row(session, register.table()).folded = kept[:400].rpartition(",")[0] if len(kept) > 400 else kept or None

    keep(session, work)


def leave_widths(session: Session, register: type[Declaration], text: str, view_id: int | None) -> None:
    """As the columns were dragged: in the view that is looked at, if it is one's own, else for the list."""

    def work() -> None:
        view = session.get(ListView, view_id) if view_id else None
        mine = view is not None and (view.user_id, view.register, view.role) == (
            here.me().user_id,
            register.table(),
            "",
        )
        left = view if view is not None and mine else own_row(session, register.table())
        left.widths = widths.written(widths.read(text), choosable(register))

    keep(session, work)
