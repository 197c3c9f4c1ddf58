"""Fields without code 自定义字段: what an admin adds to a register in the browser.

A definition is a row of `added_field`; the values of a record lie in its one JSON column `extra`,
so that its version, lock and journal cover them. To everything else an added field is a field like
any other: `record.fields` tells it, and `getattr(model, field.attribute)` answers it, in Python and
in SQL (`held.py`). Workers hear of a change by the edition "fields" (`loading.py`).
"""
