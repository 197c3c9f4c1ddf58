"""What a register may say of its own rights, where one line a role is enough:

    rights = {"service_manager": keeps(show="phone"), "service_clerk": can("read add", rows=mine("created_by_id"))}

A role that is not named sees nothing of the table. A column of a personal kind is masked for whoever is
not `show`n it; `hide` takes columns out of sight altogether. The house's own registers have their lines
together in `security/roles.py` and `security/masks.py`; the page of rights shows both alike.
"""

from dataclasses import dataclass

from app.core.gate import Scope, everything

#: what whoever keeps a plain table does with it
KEEPING = "read add edit delete export import"


@dataclass(frozen=True)
class Granted:
    """One role's rights on one table: the verbs, which rows, which columns."""

    verbs: str
    rows: Scope = everything
    show: str = ""
    hide: str = ""


def can(verbs: str, *, rows: Scope = everything, show: str = "", hide: str = "") -> Granted:
    return Granted(verbs, rows, show, hide)


def keeps(*, rows: Scope = everything, show: str = "", hide: str = "") -> Granted:
    """Reads, enters, changes, deletes, exports and imports."""
    return Granted(KEEPING, rows, show, hide)
