"""A register 登记簿: the declaration of a table's pages (`declaration.py`), served (`pages.py`)."""

from app.core.declaration import all_registers, names, register_of
from app.core.pages import Register

__all__ = ["Register", "all_registers", "names", "register_of"]
