"""A register 登记簿: the declaration of a table's pages (`declaration.py`), served (`pages/`)."""

from app.core.declaration import all_registers, names, register_of
from app.core.gate import all_rows, any_of, everything, mine, through
from app.core.granted import can, keeps
from app.core.pages import Register

__all__ = [
    "Register", "all_registers", "all_rows", "any_of", "can", "everything", "keeps", "mine", "names", "register_of",
    "through",
]  # fmt: skip
