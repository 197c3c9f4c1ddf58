"""One search box: names of two or three signs, phones, numbers and addresses, pinyin.

Every value that a register's `search` names is cut into short pieces (`pieces.py`): two signs of
Chinese, three letters or digits. `search_index` keeps the pieces of each row, `search_reading` how
a sign is read, so that the database's own triggers (`on_sqlite.py`, `on_postgresql.py`) follow
every row, whoever writes it: a form, a file, plain SQL. `flask --app run release` keeps the
triggers as the registers are declared (`upkeep.py`).

A search asks the index for the newest rows that may answer (`box.py`), then holds each of them
against its real columns: what is found contains what was typed, in a column that this person sees
in full. `anywhere.py` asks all registers at once.
"""

from app.core.search.anywhere import Found, find
from app.core.search.box import ALL, MANY, NEWEST, Box, Hits, labelled
from app.core.search.upkeep import at_rest, missing_index_rows, reindex, sync, tidy

__all__ = [
    "ALL", "MANY", "NEWEST", "Box", "Found", "Hits", "at_rest", "find", "labelled", "missing_index_rows", "reindex", "sync",
    "tidy",
]  # fmt: skip
