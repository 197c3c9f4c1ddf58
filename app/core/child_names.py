"""What the fields of rows are called in the form of their parent: put together and taken apart here alone.

    worker.12.phone                          a field of a row that stands
    worker.n1.skill_certificate.n2.trade     one of a new row below a new row, which has no id to be named by yet

Table and key, once or twice, and the field. The key of a row that stands is its id, that of a new one begins with a
letter. What is called otherwise is no field of a row.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: how far below the form's own record its rows may stand
DEPTH = 2
#: rows that are read of one form; it is refused for more
MOST_SENT = 500
#: what is sent with the fields of a row
WAS, GONE, AT, STOOD = "was", "gone", "at", "stood"
#: with a row that stands and is not typed, so that it is shown again with the rows below it
SHOWN = "shown"
NOT_TYPED = frozenset({WAS, GONE, AT, STOOD, SHOWN})

_TABLE, _KEY = re.compile(r"[a-z][a-z0-9_]{0,62}"), re.compile(r"[1-9][0-9]{0,8}|[a-z]{1,2}[0-9]{1,9}")


@dataclass(frozen=True)
class Name:
    """The name of a field, taken apart: (table, key) of each row that leads to it."""

    rows: tuple[tuple[str, str], ...]
    field: str

    @property
    def table(self) -> str:
        return self.rows[-1][0]

    @property
    def row_id(self) -> int | None:
        return id_of(self.rows[-1][1])

    @property
    def row(self) -> str:
        return ".".join(part for pair in self.rows for part in pair)


def section(above: str, table: str) -> str:
    """What the rows of a table are called together, in the form or below one of its rows."""
    return f"{above}.{table}" if above else table


def row(section: str, key: str | int) -> str:
    return f"{section}.{key}"


def field(row: str, name: str) -> str:
    return f"{row}.{name}"


def id_of(key: str) -> int | None:
    """None for the key of a new row."""
    return int(key) if key.isdecimal() else None


def taken_apart(name: str) -> Name | None:
    parts = name.split(".", 2 * DEPTH + 1)
    rows = tuple(zip(parts[:-1:2], parts[1::2], strict=False))
    if len(parts) != 2 * len(rows) + 1 or not 1 <= len(rows) <= DEPTH:
        return None
    if not all(_TABLE.fullmatch(table) and _KEY.fullmatch(key) for table, key in rows):
        return None
    return Name(rows, parts[-1])


def keys(sent: Iterable[str]) -> Mapping[str, list[str]]:
    """section -> the keys of its rows, in the order of the form; not more than one beyond what is read."""
    found: dict[str, dict[str, None]] = {}
    count = 0
    for name in sent:
        apart = taken_apart(name) if name.endswith((f".{WAS}", f".{SHOWN}")) else None
        if apart is None or apart.field not in (WAS, SHOWN):
            continue
        above = ""
        for table, key in apart.rows:
            within = found.setdefault(section(above, table), {})
            count += key not in within
            within[key] = None
            above = row(section(above, table), key)
        if count > MOST_SENT:
            break
    return {each: list(within) for each, within in found.items()}


def is_crowded(sent: Iterable[str]) -> bool:
    return sum(len(within) for within in keys(sent).values()) > MOST_SENT
