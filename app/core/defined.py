"""What an admin defines in the browser (a field, a register): entered, changed, archived, never removed.

Each is a row of a table of its own, told to the journal with before and after, and heard of by
every worker through its edition.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import editions, journal, values
from app.core.answers import Faulty, NotFound
from app.core.constraints import MISSING
from app.core.kinds import BadValue
from app.core.words import Say, say
from app.core.writing import write

Thing = TypeVar("Thing")
Faults = dict[str, Say | str]

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_NAME = 30
WRONG_NAME = say(
    "以小写字母开头，只用小写字母、数字和下划线，最多 {n} 个字符。",
    "Small letters, digits and underscores, a letter first, at most {n} signs.", n=LONGEST_NAME,
)  # fmt: skip


class Definitions(Generic[Thing]):
    """The definitions of one table; `names` are the columns that the journal keeps."""

    def __init__(self, model: Any, edition: str, names: str, label: Callable[[Thing], str]) -> None:
        self.model, self.edition, self.names, self.label = model, edition, names.split(), label

    def create(self, session: Session, found: Thing, put: Callable[[], Faults]) -> Thing:
        """`put` fills the new one and answers what is wrong. Raises Faulty, with every fault at once."""

        def work() -> Thing:
            self._refuse(put())
            session.add(found)
            session.flush()
            self._tell(session, "add", found, None)
            return found

        return self._written(session, work)

    def change(self, session: Session, row_id: int, put: Callable[[Thing], Faults]) -> Thing:
        """Raises NotFound, Faulty."""

        def work() -> Thing:
            found = self.locked(session, row_id)
            before = self.kept(found)
            self._refuse(put(found))
            self._tell(session, "edit", found, before)
            return found

        return self._written(session, work)

    def archive(self, session: Session, row_id: int, *, back: bool = False) -> Thing:
        """Out of every page, what was entered is kept; or back again."""

        def work() -> Thing:
            found: Any = self.locked(session, row_id)
            before = self.kept(found)
            found.archived = not back
            self._tell(session, "restore" if back else "archive", found, before)
            return found  # type: ignore[no-any-return]

        return self._written(session, work)

    def locked(self, session: Session, row_id: int) -> Thing:
        query = select(self.model).where(self.model.id == row_id).with_for_update()
        found = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
        if found is None:
            raise NotFound()
        return found  # type: ignore[no-any-return]

    def kept(self, found: Thing) -> dict[str, Any]:
        """The definition as the journal keeps it."""
        return {name: getattr(found, name) for name in self.names}

    @staticmethod
    def _refuse(faults: Faults) -> None:
        if faults:
            raise Faulty(faults)

    @staticmethod
    def _written(session: Session, work: Callable[[], Thing]) -> Thing:
        found = write(session, work)
        editions.refresh(session)
        return found

    def _tell(self, session: Session, verb: str, found: Any, before: dict[str, Any] | None) -> None:
        editions.changed(session, self.edition)
        session.flush()
        after = self.kept(found)
        if before is not None:
            changed = [name for name in after if after[name] != before[name]]
            before, after = ({name: each[name] for name in changed} for each in (before, after))
        table = self.model.__tablename__
        journal.add(
            session, verb, table=table, row_id=found.id, label=self.label(found), before=before, after=after
        )  # fmt: skip


def fault_of_name(name: str) -> Say | None:
    """A name of addresses and the API: given once, in small letters."""
    if _NAME.fullmatch(name) and len(name) <= LONGEST_NAME:
        return None
    return WRONG_NAME if name else MISSING


def put_words(found: Any, given: Mapping[str, Any]) -> Faults:
    """What it is called, in both languages; neither may be left out."""
    return put_texts(found, given, {"zh": 40, "en": 60})


def put_texts(found: Any, given: Mapping[str, Any], sizes: Mapping[str, int], *, optional: bool = False) -> Faults:
    """Each text as it was typed, at most so long."""
    faults: Faults = {}
    for name, size in sizes.items():
        try:
            setattr(found, name, values.clean_text(given.get(name), max_length=size) or "")
        except BadValue as bad:
            faults[name] = bad.sentence
        else:
            if not (optional or getattr(found, name)):
                faults[name] = MISSING
    return faults
