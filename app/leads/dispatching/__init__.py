"""Dispatch 派单: which designer takes a lead (R-4.2).

The rules are in `rules.py`, the loads they judge in `loads.py`: one query for all designers.
"""
