"""The faulty rows back as a file, each with what is wrong with it: corrected there, it is sent in again."""

import io
import json
from collections.abc import Mapping
from typing import Any

import xlsxwriter

from app.core import waiting
from app.core.exporting import BOM, csv_text
from app.core.guarded import safe_csv_cell
from app.core.importing.plan import FAULTY, Plan
from app.core.jobs.table import both
from app.core.receipts.table import sentence
from app.core.sheets import Sheet
from app.core.words import Say, say

MESSAGES = say("问题", "What is wrong")


def keep_faults(token: str, plan: Plan) -> None:
    told = [
        [line.number, {column: both(message if isinstance(message, Say) else Say(message, message)) for column, message in plan.in_the_file(line).items()}]
        for line in plan.lines if line.fate == FAULTY
    ]  # fmt: skip
    waiting.note(token, "faults", json.dumps(told, ensure_ascii=False).encode())


def kept_faults(token: str) -> list[tuple[int, dict[str, dict[str, str]]]]:
    raw = waiting.noted(token, "faults")
    return [(number, told) for number, told in json.loads(raw)] if raw else []


def rows_of(sheet: Sheet, faults: list[tuple[int, dict[str, dict[str, str]]]]) -> list[list[str]]:
    """The file's own header and cells, and one column more."""
    cells = dict(sheet.rows)
    lines = [[*sheet.header, str(MESSAGES)]]
    for number, told in faults:
        own = [_text(cell) for cell in cells.get(number, ())][: len(sheet.header)]
        own += [""] * (len(sheet.header) - len(own))
        lines.append([*own, _in_words(told)])
    return lines


def _in_words(told: Mapping[str, dict[str, str]]) -> str:
    return "；".join(f"{column}：{sentence(message)}" for column, message in told.items())


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def as_csv(lines: list[list[str]]) -> str:
    return BOM + csv_text([[safe_csv_cell(cell) for cell in line] for line in lines])


def as_xlsx(lines: list[list[str]]) -> io.BytesIO:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page, wrong = book.add_worksheet(), book.add_format({"font_color": "#b42318"})
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            page.write_string(number, place, cell, wrong if place == len(line) - 1 else None)
    page.freeze_panes(1, 0)
    book.close()
    file.seek(0)
    return file
