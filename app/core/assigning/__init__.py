"""Assignments 交办: one colleague asks another to do something about a record, by a day.

On every record unless its register says `assigned = False`. Only who may see the record is asked; it stands in
their inbox until they say it is done, or that they can't (`asking.py`). Who asked hears of it, and whoever follows
the record. What is out of reach by then is in nobody's inbox (`reading.py`).
"""
