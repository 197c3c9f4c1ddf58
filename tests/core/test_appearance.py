"""The house's own looks: set by an admin, refused where they can't be read, at once everywhere, kept for ever by number."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from app.core.appearance import colours, keeping
from app.core.appearance.sheet import sheet_of
from app.core.documents import render
from app.core.journal import JournalEntry
from tests.core.test_lists import counted

GIVEN = {"zh": "云栖物业", "en": "Yunqi Homes", "accent": "#8a2f2f", "accent_dark": "#ff9d94", "dark": "1", "corners": "square",
         "density": "compact", "then": "save"}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_stays() -> Any:
    yield
    keeping._now[0] = (keeping.Looks(), None)


def picture(form: str = "PNG", size: tuple[int, int] = (900, 300)) -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGBA" if form == "PNG" else "RGB", size, (200, 30, 30)).save(data, form)
    data.seek(0)
    return data


def save(admin: Any, logo: io.BytesIO | None = None, **changes: str) -> Any:
    sent: dict[str, Any] = {**GIVEN, **changes}
    if logo is not None:
        sent["logo"] = (logo, "logo.png")
    return admin.post("/appearance/", sent, content_type="multipart/form-data")


def test_it_holds_at_once_before_and_after_sign_in(sign_in: Any, app: Flask, session: Any) -> None:
    admin, clerk = sign_in("admin"), sign_in("account_manager")
    before = clerk.get("/lead/").text
    assert "云栖物业" not in before and "/appearance/" not in before
    assert save(admin, picture()).status_code == 302
    page, gate = clerk.get("/staff/").text, app.test_client().get("/login/").text
    for text in (page, gate):
        assert "云栖物业" in text
        sheet, logo = (re.search(rf'"(/appearance/\d+\.{kind})"', text) for kind in ("css", "png"))
        assert sheet and logo
    assert '<table class="rows compact"' in page, "the house's height of rows, where a person chose none"
    assert "Yunqi Homes" in app.test_client().get("/login/?_l=en").text
    stranger = app.test_client()
    css, png = stranger.get(sheet[1]), stranger.get(logo[1])
    assert css.mimetype == "text/css" and "#8a2f2f" in css.text and "border-radius: 0" in css.text
    assert "immutable" in css.headers["Cache-Control"] and "immutable" in png.headers["Cache-Control"]
    drawn = Image.open(io.BytesIO(png.data))
    assert drawn.format == "PNG" and drawn.width <= 440 and drawn.height <= 112
    line = session.query(JournalEntry).filter_by(table_name="appearance").one()
    assert line.after["zh"] == "云栖物业" and line.after["has_logo"] is True
    assert save(admin, accent="#1f5fa8", dark="", corners="soft", no_logo="1").status_code == 302
    assert stranger.get(sheet[1]).text == css.text, "what has a number stays as it is"
    head = clerk.get("/lead/").text.split("</header>")[0]
    assert "云栖物业" in head and "/appearance/" not in head, "what is as it was shipped costs nothing"


@pytest.mark.on("sqlite")
def test_a_colour_that_can_not_be_read_is_refused_with_the_nearest_that_can(sign_in: Any) -> None:
    admin = sign_in("admin")
    refused = save(admin, accent="#ffcc00", accent_dark="#333366")
    assert refused.status_code == 422
    better = {
        name: re.search(rf'name="better_{name}" value="(#[0-9a-f]{{6}})"', refused.text)
        for name in ("accent", "accent_dark")
    }
    assert better["accent"] and better["accent_dark"]
    assert "WCAG AA" in refused.text and "4.5" in refused.text
    assert colours.LIGHT.fits(better["accent"][1]) and colours.DARK.fits(better["accent_dark"][1])
    taken = save(admin, accent="#ffcc00", then="better_accent", better_accent=better["accent"][1], accent_dark="")
    assert taken.status_code == 200 and better["accent"][1] in taken.text
    assert keeping.now().id == 0, "tried on, not kept"
    for wrong in ({"accent": "red"}, {"zh": "只有中文", "en": ""}, {"accent": "#12345g"}, {"zh": "x" * 200}):
        assert save(admin, **wrong).status_code == 422, wrong
    assert save(admin, io.BytesIO(b"<svg onload=alert(1)>")).status_code == 422
    assert save(admin, io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"x" * 90)).status_code == 422


@pytest.mark.on("sqlite")
def test_it_is_tried_on_first_and_only_by_an_admin(sign_in: Any, app: Flask) -> None:
    admin, clerk = sign_in("admin"), sign_in("account_manager")
    tried = save(admin, picture("JPEG"), then="try")
    assert tried.status_code == 200 and "/appearance/tried.css?accent=%238a2f2f" in tried.text
    carried = re.search(r'name="logo_sent" value="([^"]+)"', tried.text)
    assert carried and keeping.now().id == 0
    assert "#8a2f2f" in admin.get("/appearance/tried.css?accent=%238a2f2f&accent_dark=&corners=round").text
    for wrong in ("accent=red", "accent=%23000000;}*{x:1", "corners=odd"):
        assert admin.get(f"/appearance/tried.css?{wrong}").status_code == 404
    assert save(admin, logo_sent=carried[1]).status_code == 302
    assert keeping.now().has_logo
    assert clerk.get("/appearance/").status_code == clerk.get("/appearance/tried.css").status_code == 403
    assert clerk.post("/appearance/", GIVEN).status_code == 403
    assert app.test_client().get("/appearance/999.css").status_code == 404


@pytest.mark.on("sqlite")
def test_a_list_pays_nothing_for_it(sign_in: Any) -> None:
    clerk = sign_in("account_manager")
    clerk.get("/lead/")
    before = counted(lambda: clerk.get("/lead/"))
    assert save(sign_in("admin"), picture()).status_code == 302
    clerk.get("/lead/")
    assert counted(lambda: clerk.get("/lead/")) == before


def test_every_accent_has_a_nearest_one_that_is_read_in_light_and_dark() -> None:
    for red in range(0, 256, 85):
        for green in range(0, 256, 85):
            for blue in range(0, 256, 85):
                colour = colours.written((red, green, blue))
                light = colours.LIGHT.nearest(colour)
                assert colours.LIGHT.fits(light) and colours.DARK.fits(colours.DARK.nearest(colour))
                assert colours.contrast(colours.bar_of(light), "#ffffff") >= colours.BAR
                assert colours.contrast(light, "#ffffff") >= colours.AA, "white letters on its button"
                assert colours.LIGHT.nearest(light) == light
    assert sheet_of("", "", "") == "\n"


def test_papers_bear_the_name_and_the_logo(tmp_path: Any) -> None:
    from app import fees

    template = Path(fees.__file__).with_name("receipt.typ")
    data = {"number": "SJ-1", "void": False, "payer": "张三", "lines": [], "capital": "零元整", "amount": "0.00", "method": "现金",
            "received_by": "李四", "received_at": "2026-01-01", "void_reason": ""}  # fmt: skip
    plain = render(template, data)
    keeping._now[0] = (keeping.Looks(id=1, zh="云栖物业", en="Yunqi"), picture(size=(300, 80)).getvalue())
    assert len(render(template, data)) > len(plain) + 100
