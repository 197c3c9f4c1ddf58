"""Exports: exactly the list a person sees, streamed, safe to open, told to the journal.

CSV is UTF-8 with BOM so that a spreadsheet shows Chinese; a cell that would start a formula is kept as
text; memory stays flat however many rows there are. `cells.py` says what stands in a cell, in Python;
`by_database.py` has the database say the same, where it can, because an export reads ten million of them.
"""

from app.core.exporting.cells import BOM, csv_text
from app.core.exporting.export import Export
from app.core.guarded import safe_cell

__all__ = ["BOM", "Export", "csv_text", "safe_cell"]
