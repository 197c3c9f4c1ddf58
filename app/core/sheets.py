"""Files as an office sends them: CSV in UTF-8 or GB18030, XLSX with a title above the header.

Nothing is run: a formula is text. Sizes are bounded before anything is unpacked.
"""

import csv
import io
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from app.core.answers import Faulty
from app.core.guarded import unguarded
from app.core.words import say

LARGEST_FILE = 20 * 2**20
LARGEST_UNPACKED = 300 * 2**20
MOST_ROWS, MOST_COLUMNS = 100_000, 100
HEADER_WITHIN = 10

UNREADABLE = say(
    "文件无法识别，请用 CSV（UTF-8 或 GB18030）或 XLSX。",
    "The file can't be read: CSV (UTF-8 or GB18030) or XLSX, please.",
)
TOO_LARGE = say(
    "文件太大：最多 20 MB、10 万行、100 列。", "The file is too large: 20 MB, 100,000 rows, 100 columns at most."
)
NO_HEADER = say("没有找到表头行。", "There is no header row.")


@dataclass(frozen=True)
class Sheet:
    """`rows` are (number counted from the first data row, cells); `title` stood above the header."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    #: lines of the file above its first data row
    above: int = 1


def read_sheet(name: str, data: bytes, words: Collection[str], *, any_header: bool = False) -> Sheet:
    """The first sheet of a file; `words` are the header words that are known. `any_header`: a file in which
    none of them stands has its header in its first line that is not empty.

    Raises Faulty at "file" for what can't be read or is too large.
    """
    if len(data) > LARGEST_FILE:
        raise Faulty({"file": TOO_LARGE})
    lines = _xlsx_lines(data) if data[:2] == b"PK" else _csv_lines(data)
    if len(lines) > MOST_ROWS + HEADER_WITHIN or max((len(line) for line in lines), default=0) > MOST_COLUMNS:
        raise Faulty({"file": TOO_LARGE})
    return _sheet(lines, {plain(word) for word in words}, any_header)


def plain(word: Any) -> str:
    """A header word without what offices vary: spaces, brackets of either width, case."""
    text = str(word or "").strip().lower()
    for wide, narrow in (("（", "("), ("）", ")"), ("：", ":"), (" ", ""), ("　", "")):
        text = text.replace(wide, narrow)
    return text


def _sheet(lines: Sequence[Sequence[Any]], words: set[str], any_header: bool) -> Sheet:
    scores = [sum(plain(cell) in words for cell in line) for line in lines[:HEADER_WITHIN]]
    best = max(range(len(scores)), key=lambda place: scores[place], default=None)
    if best is None or (scores[best] == 0 and not any_header):
        raise Faulty({"file": NO_HEADER})
    if scores[best] == 0:
        best = next((place for place, line in enumerate(lines) if any(cell not in (None, "") for cell in line)), 0)
    header = tuple(str(cell or "").strip() for cell in lines[best])
    title = " ".join(str(cell) for line in lines[:best] for cell in line if cell not in (None, ""))
    rows = [
        (number, tuple(_as_it_was(cell) for cell in line))
        for number, line in enumerate(lines[best + 1 :], start=1)
        if any(cell not in (None, "") for cell in line)
    ]
    return Sheet(title, header, tuple(rows), above=best + 1)


def _as_it_was(cell: Any) -> Any:
    """Without the apostrophe that an export put before it."""
    return unguarded(cell) if isinstance(cell, str) and cell.startswith("'") else cell


def _csv_lines(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    if "\x00" in text:
        raise Faulty({"file": UNREADABLE})
    sample = text[:4096]
    delimiter = max(",;\t", key=sample.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise Faulty({"file": UNREADABLE}) from None


def _decoded(data: bytes) -> str:
    """UTF-8 if it is UTF-8 throughout, GB18030 otherwise: never replacement marks."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Faulty({"file": UNREADABLE})


def _xlsx_lines(data: bytes) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST_UNPACKED:
                raise Faulty({"file": TOO_LARGE})
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return list(book.get_sheet_by_index(0).to_python(skip_empty_area=False))
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError, ValueError):
        raise Faulty({"file": UNREADABLE}) from None
