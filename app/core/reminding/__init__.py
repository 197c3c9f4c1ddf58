"""Reminders 提醒: who is told by the bell when something happens in a register, or so many days before or after a day in
one of its columns. An admin says so in the browser; nothing of it is code.

A change and what is told of it are one transaction (`telling.py`, from the journal's entries); days are looked at once
each morning by the worker (`mornings.py`). Told are those who may see the record, by its number.
"""
