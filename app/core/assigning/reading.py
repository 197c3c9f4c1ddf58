"""What is asked about a record, and what is asked of the acting person: only while the record is theirs to see."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.core import here
from app.core.assigning.table import Assignment, AssignmentState
from app.core.brief import called, named_by
from app.core.declaration import Declaration, register_of
from app.core.listing.address import Condition
from app.core.listing.groups import Group
from app.core.reading import columns_for, query_for, seen_rows
from app.core.record import table_named
from app.core.rights import may
from app.core.words import Say, say

#: of a record, the latest; of a person's inbox, the most urgent
SHOWN = 50
WORD = say("交办给我", "Asked of me")


@dataclass(frozen=True)
class Asked:
    """One assignment as it is shown: who asked whom."""

    one: Assignment
    by: str
    to: str
    #: what the record is called, and where it is
    label: str = ""
    register: type[Declaration] | None = None

    @property
    def mine(self) -> bool:
        return self.one.to_id == here.me().staff_id

    @property
    def by_me(self) -> bool:
        return self.one.by_id == here.me().staff_id

    def as_json(self) -> dict[str, Any]:
        one = self.one
        return {
            "id": one.id, "table": one.table_name, "row_id": one.row_id, "by": {"id": one.by_id, "label": self.by},
            "to": {"id": one.to_id, "label": self.to}, "text": one.text, "due_on": one.due_on.isoformat() if one.due_on else None,
            "state": one.state, "overdue": one.is_overdue, "answer": one.answer, "at": here.in_house_time(one.at).isoformat(),
        }  # fmt: skip


def _query() -> Any:
    """With the names of both, which are no secret among colleagues."""
    staff: Any = table_named("staff")
    by, to = aliased(staff.__table__), aliased(staff.__table__)
    return (
        select(Assignment, by.c.name, to.c.name)
        .join(by, by.c.id == Assignment.by_id)
        .join(to, to.c.id == Assignment.to_id)
    )


def of_record(session: Session, table: str, row_id: int) -> list[Asked]:
    """The open ones first, then the latest; for whoever has made sure that the record is within reach."""
    query = _query().where(Assignment.table_name == table, Assignment.row_id == row_id)
    found = session.execute(query.order_by(Assignment.id.desc()).limit(SHOWN)).all()
    return sorted((Asked(*each) for each in found), key=lambda each: not each.one.is_open)


def of_me(session: Session) -> list[Asked]:
    """What is asked of the acting person and still open, the most urgent first: one statement, and one a table."""
    open_ones = (Assignment.to_id == (here.me().staff_id or 0), Assignment.state == str(AssignmentState.OPEN))
    query = _query().where(*open_ones).order_by(Assignment.due_on.asc().nulls_last(), Assignment.id).limit(SHOWN)
    found = [Asked(*each) for each in session.execute(query).all()]
    labels = {table: _labels(session, table, found) for table in {each.one.table_name for each in found}}
    return [
        replace(each, label=labels[each.one.table_name][each.one.row_id], register=register_of(each.one.table_name))
        for each in found
        if each.one.row_id in labels[each.one.table_name]
    ]


def _labels(session: Session, table: str, asked: list[Asked]) -> dict[int, str]:
    """What these records are called, without those out of reach."""
    register = register_of(table)
    if register is None or not register.assigned or not may(here.me(), "read", table):
        return {}
    ids = {each.one.row_id for each in asked if each.one.table_name == table}
    columns = columns_for(register.model, named_by(register), told=True)
    rows = session.execute(query_for(register.model, columns).where(register.model.id.in_(ids)))
    return {row.id: called(register, row) for row in seen_rows(columns, list(rows))}


# --- a list's own word -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Condition(Condition):
    """Rows about which something is asked of the person: few, and found by an index."""

    def told(self, labels: Any) -> str:
        return str(WORD)


def word_of(register: type[Declaration], person: here.Person) -> tuple[Say, Group] | None:
    if person.staff_id is None or not register.assigned:
        return None
    columns = columns_for(register.model, ["id"], person)
    if not columns:
        return None
    ids = select(Assignment.row_id).where(
        Assignment.to_id == person.staff_id, Assignment.state == str(AssignmentState.OPEN), Assignment.table_name == register.table()
    )  # fmt: skip
    return WORD, Group(False, (_Condition(columns[0], "in", "assigned", ids),))


def due_in_words(day: date) -> Say:
    left = (day - here.today()).days
    if left < 0:
        return say("已逾期 {n} 天", "{n} days overdue", n=-left)
    return say("今天", "today") if left == 0 else say("{d}", "{d}", d=day)
