"""What a broken constraint means to the person at the form."""

import re
from collections.abc import Mapping

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError

from app.core.record import all_tables
from app.core.words import Say, say

_said: dict[str, tuple[str, Say]] = {}

TAKEN = say("已经有这样一条，不能重复。", "There is one like this already.")
WRONG = say("这个值不符合登记规则。", "This value breaks a rule of the register.")
MISSING = say("必须填写。", "This is required.")
IN_USE = say("还有其他登记引用它，不能这样改。", "Other records still refer to it.")


def means(constraint: str, field: str, sentence: Say) -> None:
    """Say what breaking the named constraint means: told at `field`."""
    _said[constraint] = (field, sentence)


def fault_of(error: IntegrityError) -> Mapping[str, Say]:
    """field -> sentence; the field is "" when it concerns no single one."""
    text = str(error.orig)
    for name, (field, sentence) in _said.items():
        if name in text:
            return {field: sentence}
    if "FOREIGN KEY" in text or "foreign key" in text:
        return {"": IN_USE}
    if "NOT NULL" in text or "not-null" in text:
        return {_field_in(text): MISSING}
    return {_field_in(text): TAKEN if re.search("unique", text, re.IGNORECASE) else WRONG}


def _field_in(text: str) -> str:
    """The column a database's message names: `UNIQUE constraint failed: lead.phone`,
    `Key (phone)=(…)`, or the constraint's own name."""
    found = re.search(r"failed: \w+\.(\w+)", text) or re.search(r"Key \((\w+)", text)
    found = found or re.search(r'column "(\w+)"', text)
    if found:
        return found[1].removesuffix("_id")
    for model in all_tables():
        for constraint in model.__table__.constraints:
            if isinstance(constraint, UniqueConstraint) and str(constraint.name) in text:
                return next(iter(constraint.columns)).name.removesuffix("_id")
    return ""
