"""The one place where what a person typed is read, checked, shown and masked.

A form field, a JSON value and a cell of an imported sheet go through the same functions: `read_…`
gives the value as it is stored, None for nothing, or raises BadValue with a sentence; `show_…`
writes it for the eye, and what is shown can be read again; `mask_…` shows only a part. What a
person at the counter would understand is accepted; what they would have to ask about is refused.

Search keys for names are in `app.core.values.pinyin`, apart because its tables are large.
"""

from app.core.values.bad import BadValue
from app.core.values.capital import capital_amount
from app.core.values.choice import read_choice, read_choices, read_yes_no
from app.core.values.dates import next_month, read_date, read_instant, show_date, show_instant, written_day
from app.core.values.identity import (
    mask_identity,
    read_credit_code,
    read_id_number,
    read_identity_card,
    read_passport,
)
from app.core.values.money import MOST_FEN, read_fen, read_money, show_money
from app.core.values.numbers import read_decimal, read_degrees, read_integer
from app.core.values.phone import mask_phone, read_phone, show_phone
from app.core.values.strokes import read_strokes, strokes_path, strokes_svg
from app.core.values.structured import changed_keys, laid_out, read_structured
from app.core.values.text import clean_text, mask_text
from app.core.values.typed import half_width

__all__ = [
    "MOST_FEN",
    "BadValue",
    "capital_amount",
    "changed_keys",
    "clean_text",
    "half_width",
    "laid_out",
    "mask_identity",
    "mask_phone",
    "mask_text",
    "next_month",
    "read_choice",
    "read_choices",
    "read_credit_code",
    "read_date",
    "read_decimal",
    "read_degrees",
    "read_fen",
    "read_id_number",
    "read_identity_card",
    "read_instant",
    "read_integer",
    "read_money",
    "read_passport",
    "read_phone",
    "read_strokes",
    "read_structured",
    "read_yes_no",
    "show_date",
    "show_instant",
    "show_money",
    "show_phone",
    "strokes_path",
    "strokes_svg",
    "written_day",
]
