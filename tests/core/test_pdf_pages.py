"""PDFs as pictures: for whoever may open the file, kept sealed, and whatever a file does to its reader it does it alone."""

import io
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from app.core import files, here
from app.core.answers import Busy
from app.core.files import StoredFile, sweep
from app.core.journal import JournalEntry
from app.core.pdf import drawing, kept
from app.core.pdf.drawing import drawn
from app.core.pdf.pages import MOST_PAGES, WIDTH
from app.extensions import db
from tests.core.test_files import picture, send, worker  # noqa: F401  (the fixture)


def pdf(
    pages: int = 1, content: bytes = b"0 0 1 rg 20 20 160 240 re f", box: str = "0 0 200 300", packed: bytes = b""
) -> bytes:
    """So many pages of one content; `packed`: a stream that is given as it is deflated."""
    stream = packed or zlib.compress(content)
    kids = " ".join(f"{n + 4} 0 R" for n in range(pages))
    parts = [
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        f"2 0 obj<</Type/Pages/Count {pages}/Kids[{kids}]>>endobj\n".encode(),
        b"3 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(stream), stream, b"\nendstream endobj\n",
        *(f"{n + 4} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 3 0 R>>endobj\n".encode() for n in range(pages)),
        b"trailer<</Root 1 0 R>>\n%%EOF",
    ]  # fmt: skip
    return b"".join(parts)


def shown(answer: Any) -> Image.Image:
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg"), answer.text[:200]
    return Image.open(io.BytesIO(answer.data))


# --- drawn apart --------------------------------------------------------------------------


@pytest.mark.on("sqlite")
def test_a_page_is_drawn_as_wide_as_asked_and_never_endlessly_high() -> None:
    page = drawn(pdf(3), 2, 400)
    assert page.pages == 3
    assert Image.open(io.BytesIO(page.jpeg)).size == (400, 600)
    assert drawn(pdf(3), 4, 400).pages == drawn(pdf(3), 0, 400).pages == 0
    width, height = Image.open(io.BytesIO(drawn(pdf(box="0 0 2 14400"), 1, 400).jpeg)).size
    assert height <= 1200
    assert width >= 1


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "data",
    [
        b"", b"%PDF-1.4 empty", b"%PDF-" + b"\xff" * 5000, pdf()[:120], pdf().replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]"),
        pdf().replace(b"/Type/Catalog", b"/Type/Catalog/Encrypt 9 0 R"), pdf(box="0 0 1e30 1e30"), pdf(box="0 0 0 0"),
    ],
    ids=["nothing", "empty", "noise", "cut", "circle", "locked", "endless", "flat"],
)  # fmt: skip
def test_what_can_not_be_read_says_so_and_harms_nobody(data: bytes) -> None:
    assert drawn(data, 1, 300).pages in (0, 1)


@pytest.mark.on("sqlite")
def test_a_file_that_unpacks_without_end_or_paints_without_end_is_left_in_time() -> None:
    bomb = _deflated(b"q ", 1_500_000_000)
    begun = time.monotonic()
    for data in (pdf(packed=bomb), pdf(content=b"0 0 200 300 re f " * 3_000_000)):
        assert drawn(data, 1, WIDTH).pages in (0, 1)
    assert time.monotonic() - begun < 2 * drawing.LONGEST + 4


def _deflated(piece: bytes, length: int) -> bytes:
    """A few megabytes that unpack into so many bytes."""
    squeeze, block = zlib.compressobj(9), piece * 500_000
    return b"".join(squeeze.compress(block) for _ in range(length // len(block))) + squeeze.flush()


@pytest.mark.on("sqlite")
def test_only_two_are_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "PATIENCE", 0.05)
    with drawing._place(), drawing._place(), pytest.raises(Busy):
        drawn(pdf(), 1, 100)
    assert drawn(pdf(), 1, 100).pages == 1


# --- shown --------------------------------------------------------------------------------


@pytest.fixture
def file(api: Callable[[str], Any], worker: int) -> str:  # noqa: F811
    """Where a worker's PDF of three pages is."""
    assert send(api("renovation_clerk"), worker, pdf(3), "x.pdf").status_code == 200
    return f"/worker/{worker}/file/photo"


def told(file: str) -> list[dict[str, Any]]:
    db.session.rollback()
    entries = db.session.execute(select(JournalEntry).where(JournalEntry.verb == "open_file")).scalars()
    return [each.note for each in entries if each.row_id == int(file.split("/")[2])]


def test_pages_are_shown_to_whoever_may_open_the_file_and_told(sign_in: Any, file: str, home: Path) -> None:
    clerk, auditor, designer = sign_in("renovation_clerk"), sign_in("auditor"), sign_in("designer")
    record = file.partition("/file")[0]
    page = clerk.get(record).text
    assert f'src="{file}?thumb=1"' in page
    assert f'href="{file}/pages"' in page
    assert f'href="{file}/pages"' in clerk.get(f"{record}/part/look", headers={"HX-Request": "true"}).text
    assert max(shown(clerk.get(f"{file}?thumb=1")).size) == 96
    viewer = clerk.get(f"{file}/pages?page=2").text
    assert f'src="{file}?page=2"' in viewer
    assert "共 3 页" in viewer
    assert told(file) == [], "neither a stamp nor how many pages there are says what they hold"
    assert shown(clerk.get(f"{file}?page=2")).size == (WIDTH, WIDTH * 3 // 2)
    assert [each["page"] for each in told(file)] == [2]
    for way in ("?thumb=1", "?page=1", "/pages"):
        assert auditor.get(file + way).status_code == 404, "what is masked is not looked at"
        assert designer.get(file + way).status_code == 403
    assert f"{file}/pages" not in auditor.get(record).text
    for way in ("?page=0", "?page=4", "?page=x", f"?page={MOST_PAGES + 1}", "?page=99999999999"):
        assert clerk.get(file + way).status_code == 404
    assert clerk.get(f"{file}/pages?page=99").status_code == clerk.get(f"{file}/pages?page=x").status_code == 200
    lying = list((home / "previews").glob("*/*"))
    assert lying
    assert not any(b"JFIF" in each.read_bytes() or each.stat().st_mode & 0o077 for each in lying)


def test_a_page_is_drawn_once_and_goes_with_its_file(
    sign_in: Any, file: str, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = sign_in("renovation_clerk")
    first = clerk.get(f"{file}?page=1").data
    monkeypatch.setattr("app.core.pdf.pages.drawn", None)
    assert clerk.get(f"{file}?page=1").data == first
    db.session.rollback()
    with here.as_house():
        key = db.session.execute(select(StoredFile.key).order_by(StoredFile.id.desc())).scalars().first()
        assert key is not None
        assert kept.read(key, 1, WIDTH) is not None
        sweep(db.session)
        assert kept.read(key, 1, WIDTH) is not None
        files.drop([key])
        assert kept.read(key, 1, WIDTH) is None
        kept.keep(key, 1, WIDTH, drawing.Drawn(1, b"\xff\xd8"))
        time_machine.move_to(here.now() + kept.KEPT + timedelta(days=1))
        sweep(db.session)
        assert kept.read(key, 1, WIDTH) is None


def test_what_can_not_be_shown_is_still_there_to_download(sign_in: Any, api: Any, worker: int) -> None:  # noqa: F811
    clerk, file = sign_in("renovation_clerk"), f"/worker/{worker}/file/photo"
    assert send(api("renovation_clerk"), worker, b"%PDF-1.4 broken", "x.pdf").status_code == 200
    assert "显示不出来" in clerk.get(f"{file}/pages").text
    assert clerk.get(f"{file}?page=1").status_code == 404
    assert shown(clerk.get(f"{file}?thumb=1")).size == (68, 96)
    assert clerk.get(file).data == b"%PDF-1.4 broken"
    assert send(api("renovation_clerk"), worker, picture()).status_code == 200
    assert clerk.get(f"{file}/pages").status_code == 404, "a photograph has no pages"
