"""Who reaches which rows and reads which personal data, written down a second time, in plain SQL.

Independent of the scopes and masks of the house: the random walk holds every answer against it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, bindparam, text

from app.core import here
from app.core.columns import UtcInstant
from tests.security.test_matrix import MATRIX

_COLLEAGUES = "(SELECT id FROM staff WHERE department_id = :department)"
_MY_LEADS = "lead_id IN (SELECT id FROM lead WHERE {leads})"
_TO_SIGN = (
    "(salesperson_id IN (SELECT id FROM staff WHERE department_id IN"
    " (SELECT department_id FROM staff WHERE id IN {market_for})) OR {store_for})"
)
_MY_DELEGATIONS = "(from_staff_id = :me OR to_staff_id = :me OR created_by_id = :me)"
DEPUTIES = ("marketing_manager_deputy", "store_manager_deputy")

#: table -> role -> which rows; a role that may read a table and is not named reaches all of it
REACH: dict[str, dict[str, str]] = {
    "lead": {
        "front_desk": "(created_by_id = :me OR created_at >= :midnight)",
        "salesperson": "(claimant_id = :me OR created_by_id = :me)",
        "marketing_manager": f"(claimant_id IN {_COLLEAGUES} OR created_by_id IN {_COLLEAGUES})",
        "design_manager": "(designer_id IS NOT NULL OR id IN (SELECT lead_id FROM closure))",
        "designer": "designer_id = :me",
        **dict.fromkeys(DEPUTIES, f"id IN (SELECT lead_id FROM transfer_slip WHERE {_TO_SIGN})"),
    },
    "claim": {
        "front_desk": "(staff_id = :me OR created_by_id = :me)",
        "salesperson": "staff_id = :me",
        "marketing_manager": f"({_MY_LEADS} OR staff_id IN {_COLLEAGUES})",
        "design_manager": _MY_LEADS,
    },
    "transfer_slip": {
        "salesperson": f"(salesperson_id = :me OR created_by_id = :me OR {_TO_SIGN})",
        "marketing_manager": f"(salesperson_id IN {_COLLEAGUES} OR {_TO_SIGN})",
        "design_manager": f"({_MY_LEADS} OR {_TO_SIGN})",
        "designer": _MY_LEADS,
        **dict.fromkeys(DEPUTIES, _TO_SIGN),
    },
    "dispatch": {"salesperson": _MY_LEADS, "marketing_manager": _MY_LEADS, "designer": "designer_id = :me"},
    "decline_request": {"designer": "asked_by_id = :me"},
    "closure": {"designer": _MY_LEADS},
    "contract": {"salesperson": _MY_LEADS, "marketing_manager": _MY_LEADS, "designer": "designer_id = :me"},
    "follow_up": dict.fromkeys(
        ("front_desk", "salesperson", "marketing_manager", "design_manager", "designer"), _MY_LEADS
    ),
    "call_entry": {"front_desk": "by_id = :me"},
    "penalty_ticket": dict.fromkeys(
        ("account_assistant", "front_desk", "salesperson", "marketing_manager", "store_manager", "designer"),
        "staff_id = :me",
    ),
    "commission_line": dict.fromkeys(("account_manager", "front_desk", "salesperson"), "staff_id = :me"),
    "permit": {"gate": "state = 'valid'"},
    "delegation": dict.fromkeys(("service_manager", "marketing_manager", "design_manager"), _MY_DELEGATIONS),
}

#: column -> role -> in which rows it is seen in full; identity numbers are by nobody
IN_FULL: dict[str, dict[str, str]] = {
    "staff.phone": {"human_resources": "1 = 1", "general_manager": "1 = 1"},
    "lead.phone": {
        "account_manager": "1 = 1", "account_assistant": "1 = 1", "designer": "designer_id = :me",
        "salesperson": "(claimant_id = :me OR created_by_id = :me)",
    },
    "renovation_application.applicant_phone": dict.fromkeys(
        ("renovation_clerk", "service_manager", "cashier"), "1 = 1"
    ),
    "renovation_application.site_manager_phone": dict.fromkeys(
        ("renovation_clerk", "service_manager", "engineer"), "1 = 1"
    ),
    "owner.phone": {"service_manager": "1 = 1"},
    "owner.email": {"service_manager": "1 = 1"},
    "contractor.phone": {"renovation_clerk": "1 = 1", "service_manager": "1 = 1"},
    "phone_list_entry.phone": dict.fromkeys(("marketing_manager", "salesperson"), "1 = 1"),
    "call_entry.phone": {"account_manager": "1 = 1", "account_assistant": "1 = 1", "front_desk": "by_id = :me"},
    "resident.phone": {}, "worker.phone": {}, "claim.phone": {},
}  # fmt: skip


@dataclass
class Walker:
    """One user: their department and deputies' roles are asked of the database before each step."""

    username: str
    staff_id: int
    department_id: int
    roles: set[str] = field(default_factory=set)
    market_for: list[int] = field(default_factory=list)
    store_for: bool = False

    def may(self, verb: str, table: str) -> bool:
        of_table = MATRIX.get(table, {})
        return any(verb in of_table.get(role, "").split() for role in self.roles)

    def look_up(self, connection: Connection, role: str, holders: dict[str, list[int]]) -> None:
        """The department of this moment; R-4.4.5: whoever signs for a manager today is that manager's deputy."""
        mine = text("SELECT department_id FROM staff WHERE id = :me")
        self.department_id = connection.execute(mine, {"me": self.staff_id}).scalar_one()
        orders = text(
            "SELECT from_staff_id FROM delegation WHERE to_staff_id = :me AND starts_on <= :today"
            " AND ends_on >= :today AND revoked = :no"
        )
        given = {"me": self.staff_id, "today": here.today(), "no": False}
        givers = set(connection.execute(orders, given).scalars())
        self.market_for = sorted(givers & set(holders["marketing_manager"]))
        self.store_for = bool(givers & set(holders["store_manager"]))
        self.roles = {role}
        self.roles |= {"marketing_manager_deputy"} if self.market_for else set()
        self.roles |= {"store_manager_deputy"} if self.store_for else set()

    # --- rows -------------------------------------------------------------------------------

    def rows_of(self, table: str) -> str:
        """The condition in SQL."""
        granted = [role for role in sorted(self.roles) if "read" in MATRIX.get(table, {}).get(role, "").split()]
        conditions = [REACH.get(table, {}).get(role, "1 = 1") for role in granted]
        return self._filled(" OR ".join(conditions) or "1 = 0", table)

    def _filled(self, condition: str, table: str) -> str:
        leads = self.rows_of("lead") if "{leads}" in condition else ""
        market = "(" + ", ".join(map(str, self.market_for or [0])) + ")"
        store = "1 = 1" if self.store_for else "1 = 0"
        return condition.format(leads=leads, market_for=market, store_for=store)

    def _ask(self, connection: Connection, order: str) -> Any:
        midnight = datetime.combine(here.today(), time(), here.house_zone())
        given = {"me": self.staff_id, "department": self.department_id, "midnight": midnight}
        named = {name: value for name, value in given.items() if f":{name}" in order}
        types = [bindparam("midnight", type_=UtcInstant)] if "midnight" in named else []
        return connection.execute(text(order).bindparams(*types), named).scalars()

    def reached(self, connection: Connection, table: str, also: str = "1 = 1") -> set[int]:
        return set(self._ask(connection, f"SELECT id FROM {table} WHERE ({self.rows_of(table)}) AND {also}"))

    def foreign(self, connection: Connection, table: str, ids: Iterable[int]) -> set[int]:
        """Those of the rows that are out of this person's reach."""
        named = ", ".join(map(str, ids))
        return set(ids) - self.reached(connection, table, f"id IN ({named})") if named else set()

    # --- personal data ----------------------------------------------------------------------

    def may_know(self, connection: Connection, phone: str) -> bool:
        """Whether a row in reach shows this phone in full; a number that is nobody's is no secret."""
        held = False
        for column, roles in IN_FULL.items():
            table, _, name = column.partition(".")
            held = held or bool(self.anywhere(connection, table, name, phone))
            for role in self.roles & set(roles):
                rows = f"({roles[role]}) AND {name} = '{phone}'"
                if self.may("read", table) and self.reached(connection, table, rows):
                    return True
        return not held

    @staticmethod
    def anywhere(connection: Connection, table: str, name: str, value: str) -> Any:
        return connection.execute(
            text(f"SELECT id FROM {table} WHERE {name} = :value LIMIT 1"), {"value": value}
        ).first()
