"""Text that a spreadsheet leaves as it is: an apostrophe stands before what it would run, round or take for a date,
and is taken off again when the file comes back."""

import re

#: the four before the last are the full-width forms, which some spreadsheets take for the others; an apostrophe
#: gets another, so that the first one is always ours
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
#: so many digits a spreadsheet writes as 3.7E+17, or rounds
LONG_DIGITS = 12
#: so many signs of a date or a small number, such as 2026-11-03: 3-5, 1/2, 3E2, 5月3日
LONGEST_DATE = 10
OF_DATES, ENDS_OF_DATES = "-0-9/.:年月日eE", "0-9年月日"
SIGNS_OF_DATES = OF_DATES.replace("0-9", "0123456789")
#: read alike by Python and PostgreSQL; by_database.py says the same to SQLite
MISREAD = (
    f"^((?=.{{2,{LONGEST_DATE}}}$)(?=[0-9]*[^0-9])[0-9][{OF_DATES}]*[{ENDS_OF_DATES}]|0[0-9]+|[0-9]{{{LONG_DIGITS},}})$"
)
_misread = re.compile(MISREAD).fullmatch


def safe_cell(text: str) -> str:
    """Text that no spreadsheet runs: a leading apostrophe where it would start a formula."""
    return "'" + text if text.startswith(STARTS_A_FORMULA) else text


def safe_csv_cell(text: str) -> str:
    """The same for CSV, where nothing but its look tells text from a number: long digits stay digits, 0302 keeps
    its nought, and 3-5 becomes no day."""
    return "'" + text if text.startswith(STARTS_A_FORMULA) or _misread(text) else text


def unguarded(text: str) -> str:
    """As it was before either of the two."""
    return text[1:] if text.startswith("'") and safe_csv_cell(text[1:]) != text[1:] else text
