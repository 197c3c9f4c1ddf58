"""Prepared statements of the house: built, gated and compiled once, then asked with other values.

A list's statement is the same for the same person, columns and filters; only the place in the list
differs. Building and compiling it anew costs several times what the database takes to answer. What
is kept here has passed the gate for one person (`gate.passed`), and may be asked in that person's
name only.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.core import gate, here

Read = Callable[[Any], Any]


class Prepared:
    """One SELECT, ready to be asked: `prepared.rows(session, {"after_0": 7})` answers plain tuples."""

    def __init__(self, session: Session, query: Select[Any], *, any_value: bool = False) -> None:
        """`any_value`: the same plan is good for whatever values are asked for, and the database may keep one."""
        self._options = {"prepared": any_value}
        self.sight = here.me().sight
        dialect = session.get_bind().dialect
        passed = gate.passed(query, here.me())
        compiled: Any = passed.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.sql: str = compiled.string
        self._given: dict[str, Any] = dict(compiled.construct_params())
        # A list of values has become a parameter for each, and how these are written stands apart.
        listed = compiled._post_compile_expanded_state
        write = {**compiled._bind_processors, **(listed.processors if listed else {})}
        self._write: Mapping[str, Read] = {name: how for name, how in write.items() if name in self._given}
        self._order: Sequence[str] | None = compiled.positiontup if compiled.positional else None
        columns = compiled._result_columns
        self.names = [each.keyname for each in columns]
        self._types = [each.type for each in columns]
        self._dialect = dialect
        self._read: list[tuple[int, Read]] | None = None  # known when the database has named its types
        # What does not differ from one asking to the next is written once.
        self._fixed = {name: self._written(name, value) for name, value in self._given.items()}

    def rows(self, session: Session, values: Mapping[str, Any] | None = None) -> list[Any]:
        """The rows, as the columns' types read them. `values` replace parameters by name."""
        assert here.me().sight == self.sight, "prepared for somebody else"
        fixed = self._fixed
        if values:
            fixed = {**fixed, **{name: self._written(name, value) for name, value in values.items()}}
        given: Any = tuple(fixed[name] for name in self._order) if self._order is not None else fixed
        result: Any = session.connection().exec_driver_sql(self.sql, given, self._options)
        if self._read is None:
            self._read = self._readers([each[1] for each in result.cursor.description])
        rows = result.cursor.fetchall()
        result.close()
        return [self._understood(row, self._read) for row in rows] if self._read else rows

    def _readers(self, codes: Sequence[Any]) -> list[tuple[int, Read]]:
        """What has to be done to a value before it is ours: a date of SQLite is a text."""
        made = [
            each._cached_result_processor(self._dialect, code) for each, code in zip(self._types, codes, strict=True)
        ]
        return [(place, read) for place, read in enumerate(made) if read is not None]

    def _written(self, name: str, value: Any) -> Any:
        write = self._write.get(name)
        return write(value) if write is not None else value

    @staticmethod
    def _understood(row: Sequence[Any], readers: Sequence[tuple[int, Read]]) -> list[Any]:
        values = list(row)
        for place, read in readers:
            values[place] = read(values[place])
        return values
