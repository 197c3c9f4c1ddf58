"""Deleting: what goes with a record and what holds it, and what was deleted, to be entered again.

`bound.py` is asked before and while a record is deleted; `gone.py` reads the journal afterwards.
"""
