"""After a field has become personal, or is so no more: values entered before are sealed, or opened, by a job.

Until it is done they are read either way (`held.py`). What the journal told of them before stays told.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core import here, jobs, search
from app.core.added.definitions import AddedField
from app.core.added.held import FORMS, opened, purpose_of, sealed
from app.core.jobs.work import Running, Work
from app.core.record import table_named
from app.core.words import say
from app.core.writing import write

STEP = 500


def ask(session: Session, found: AddedField) -> None:
    """In the transaction that changes the definition."""
    what = say("封存「{f}」已有的值", "Sealing what “{f}” holds", f=found.label)
    if not found.sealed:
        what = say("解封「{f}」已有的值", "Opening what “{f}” holds", f=found.label)
    jobs.ask_for(session, SealField.kind, what, {"field": found.id}, link=f"/added_field/{found.id}")


class SealField(Work):
    kind = "seal_field"

    def step(self, job: Running) -> bool:
        session, found = job.session, job.session.get_one(AddedField, job.params["field"])
        model = table_named(found.table_name)
        if model is None:  # its register is archived
            return False
        put = Put(model, found.name, found.kind, found.sealed)
        with here.in_whole_sight():
            more = write(session, lambda: put.next_rows(job))
        if not more:
            search.tidy(session)
        return more


@dataclass(frozen=True)
class Put:
    """How a field's values are to lie in their rows."""

    model: Any
    name: str
    kind: str
    is_sealed: bool

    def next_rows(self, job: Running) -> bool:
        """Straight to the table: through the session the journal would keep the values that are to be sealed."""
        session, model, after = job.session, self.model, int(job.place.get("after") or 0)
        query = select(model.id, model.extra).where(model.id > after).order_by(model.id).limit(STEP)
        rows = session.execute(query.with_for_update()).all()
        for row_id, extra in rows:
            held = self.held((extra or {}).get(self.name))
            if held is not None:
                values = {"extra": {**extra, self.name: held}, "version": model.version + 1}
                order = update(model).where(model.id == row_id).values(values)
                session.execute(order.execution_options(synchronize_session=False))
        if rows:
            kept = job.keep(after=rows[-1][0])
            kept.done += len(rows)
        return len(rows) == STEP

    def held(self, held: Any) -> Any:
        """None for what lies as it should, and for what can't be read."""
        if held is None or isinstance(held, dict) is self.is_sealed:
            return None
        purpose, form = purpose_of(self.model.__tablename__, self.name), FORMS[self.kind]
        value = form.out(opened(held, purpose))
        if value is None:
            return None
        return sealed(form.into(value), purpose) if self.is_sealed else form.into(value)
