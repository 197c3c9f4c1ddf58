"""Imports: every fault told by row and column before anything is written; then all rows, or the good ones.

`reading.py` reads cells by the same kinds as the form, `plan.py` checks rows by the same `faults` and holds
them against what stands, `entering.py` writes them by the same hooks (`hooks.py`), `writing.py` in one
transaction, or takes them back for who only looks; `faulty.py` gives the faulty ones back.
"""

from app.core.importing.plan import Fault, How, Line, Plan, plan_for
from app.core.importing.reading import Context, row_of, wanted_columns
from app.core.importing.writing import Answer, bring_in

__all__ = ["Answer", "Context", "Fault", "How", "Line", "Plan", "bring_in", "plan_for", "row_of", "wanted_columns"]
