"""A list as a map: the list's own rows where they lie, alone or together, at a bounded price; and where estates lie."""

import random
import re
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from app.core import here
from app.core.added import loading
from app.core.declaration import all_registers
from app.core.kinds import BadValue, Latitude, Longitude
from app.core.listing import Listing, places
from app.core.listing.limits import TooLong
from app.core.pages import map_drawing
from app.demo.desk import Desk
from app.demo.homes import place_homes
from app.owners.models import Building, Estate
from tests.core.test_lists import counted

POINT = re.compile(r'<a class="map-point[^"]*" href="([^"]*)" aria-label="([^"]*)"')
CLUSTER = re.compile(r'<a class="map-many" href="([^"]*)" aria-label="([^"]*)"')


# --- rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Longitude(), "-180", "-180.000000"), (Longitude(), "180°", "180.000000"), (Latitude(), "90", "90.000000"),
        (Latitude(), "-90", "-90.000000"), (Longitude(), "１０４.０６５１２３４５６", "104.065123"), (Latitude(), "0", "0.000000"),
        (Latitude(), 30.6571, "30.657100"),
    ],
)  # fmt: skip
def test_degrees_are_read_to_the_edge_of_the_globe(kind: Any, raw: Any, value: str) -> None:
    assert kind.read(raw) == Decimal(value)
    assert kind.read("") is None


@pytest.mark.parametrize(
    ("kind", "raw"),
    [(Longitude(), "180.000001"), (Longitude(), "-181"), (Latitude(), "90.0000001"), (Latitude(), "-91"), (Latitude(), "北")],
)  # fmt: skip
def test_what_lies_beyond_is_refused(kind: Any, raw: Any) -> None:
    with pytest.raises(BadValue):
        kind.read(raw)


def test_a_view_is_read_from_its_address_and_stays_on_the_globe() -> None:
    view = places.view_in("104.06,30.65,0.02")
    assert view is not None and places.view_in(view.text) == view
    for raw in ("", "1,2", "a,b,c", "nan,0,1", "inf,0,1", "1,2,3,4"):
        assert places.view_in(raw) is None
    far = places.view_in("999,-999,99999")
    assert far == places.View(180, -85, places.WIDEST)
    assert places.view_in("0,0,0").span == places.NARROWEST  # type: ignore[union-attr]
    assert view.moved(zoom=2).span == view.span / 2
    assert view.moved(east=1).west == pytest.approx(view.west + view.span)


@pytest.mark.parametrize("span", [0.0005, 0.02, 1, 33, 360])
def test_lines_and_scale_are_round_and_in_the_picture(span: float) -> None:
    view = places.View(104, 30, span)
    ruled = map_drawing.lines(view)
    assert 4 <= len(ruled["x"]) <= 13
    assert all(-0.01 <= place <= 100.01 for axis in ruled.values() for place, _ in axis)
    wide, word = map_drawing.scale(view)
    assert 4 <= wide <= 20.01 and re.fullmatch(r"[125]0* (k?m)", word)


def test_degrees_are_not_written_under_a_point() -> None:
    view = places.View(104, 30, 0.02)
    there = map_drawing.lines(view)
    (x, word), (y, beside) = there["x"][1], there["y"][1]
    spot = places.Spot(104, 30, places.Bounds(104, 104, 30, 30), 1)
    over = [map_drawing.Mark(spot, x + 8, 97, "", "", 7), map_drawing.Mark(spot, 4, y - 3, "", "", 7)]
    ruled = map_drawing.lines(view, over)
    assert (x, "") in ruled["x"] and (x, word) not in ruled["x"]
    assert (y, "") in ruled["y"] and (y, beside) not in ruled["y"]
    assert [place for place, _ in ruled["x"]] == [place for place, _ in there["x"]]  # the lines stay


# --- pages -----------------------------------------------------------------------------------


def estates(session: Any, many: int = 3) -> list[int]:
    """Far from the demo's own, in a row from west to east; the last has no place."""
    place_homes(Desk(session))
    for n in range(many):
        placed = {"longitude": Decimal(10 + 40 * n), "latitude": Decimal(50)} if n < many - 1 else {}
        session.add(Estate(code=f"E{n}", name=f"外地{n}", **placed))
    session.commit()
    return [each for (each,) in session.execute(select(Estate.id).where(Estate.code.startswith("E")))]


def test_the_map_shows_what_the_list_shows(sign_in: Any, session: Any) -> None:
    estates(session)
    manager = sign_in("service_manager")
    assert 'href="/estate/?as=map' in manager.get("/estate/").text
    page = manager.get("/estate/?as=map").text
    assert {name for _, name in POINT.findall(page)} == {"锦绣花园", "外地0", "外地1"}
    assert "另有 1 条没有坐标" in page and "longitude.null=1" in page
    assert page.count('class="row-link"') == 3 and "10.00000, 50.00000" in page  # the same as a table
    assert {name for _, name in POINT.findall(manager.get("/estate/?as=map&q=外地").text)} == {"外地0", "外地1"}
    near = manager.get("/estate/?as=map&page=10,50,0.5").text
    assert [name for _, name in POINT.findall(near)] == ["外地0"]
    assert "这一片没有记录" in manager.get("/estate/?as=map&page=-100,0,1").text
    assert POINT.findall(manager.get("/estate/?as=map&page=nonsense").text)
    part = manager.get("/estate/?as=map", headers={"HX-Request": "true"}).text
    assert "<html" not in part and "map-point" in part
    assert counted(lambda: manager.get("/estate/?as=map")) <= 8
    assert "都没有填写坐标" in manager.get("/estate/?as=map&longitude.null=1").text
    assert "没有符合条件" in manager.get("/estate/?as=map&q=没有这样的").text


def test_several_in_one_place_are_a_cluster_that_leads_to_them(sign_in: Any, session: Any) -> None:
    place_homes(Desk(session))
    manager = sign_in("service_manager")
    estate = session.execute(select(Estate.id)).scalars().first()
    for n in range(6):
        session.add(
            Building(estate_id=estate, code=f"B{n}", longitude=Decimal("20.5"), latitude=Decimal(10 + 30 * (n // 5)))
        )
    session.commit()
    page = manager.get("/building/?as=map").text
    (far, said), *_ = [each for each in CLUSTER.findall(page) if each[1].startswith("5 条")]
    assert said == "5 条，放大"
    rows = manager.get(far.replace("&amp;", "&")).text  # they never come apart: the list of them
    assert rows.count('class="row-link"') == 5 and "B0" in rows and "B5" not in rows
    assert "as=map" not in far
    near = manager.get("/building/?as=map&page=104.06512,30.65784,5").text
    ((closer, said),) = CLUSTER.findall(near)
    assert said.startswith("4 条") and "as=map" in closer
    assert len(POINT.findall(manager.get(closer.replace("&amp;", "&")).text)) == 4


def test_scope_and_rights_hold_on_a_map(sign_in: Any, session: Any) -> None:
    assert sign_in("account_manager").get("/estate/?as=map").status_code in (403, 404)
    with here.acting_as(Desk(session).person("designer")):
        listing = Listing(all_registers()["estate"])
        assert places.axes(listing) is None  # sees no column of it


@pytest.mark.on("sqlite")
def test_it_is_switched_off_by_name_and_stopped_in_time(
    sign_in: Any, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = sign_in("service_manager")
    register: Any = all_registers()["estate"]

    def slow(*_: Any) -> Any:
        raise TooLong

    monkeypatch.setattr(places.Places, "sight", slow)
    assert "地图显示不了" in manager.get("/estate/?as=map").text
    monkeypatch.setattr(register, "map", False)
    assert register.placed() == []
    assert 'class="map' not in manager.get("/estate/?as=map").text
    assert all_registers()["unit"].placed() == []


def test_a_map_of_many_counts_what_a_plain_loop_counts(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Strip by strip as at once: the same rows, none twice; beyond a strip's cap "or more"."""
    chance = random.Random(7)
    estate = session.execute(select(Estate.id)).scalars().first()
    rows = [
        {
            "estate_id": estate, "code": f"M{n}", "longitude": Decimal(f"{chance.gauss(30, 2):.6f}"),
            "latitude": Decimal(f"{chance.gauss(-20, 1):.6f}"), "version": 1,
        }
        for n in range(900)
    ]  # fmt: skip
    session.execute(insert(Building), rows)
    session.commit()
    view = places.view_in("30,-20,6")
    assert view is not None
    inside = sum(
        view.west <= float(r["longitude"]) <= view.west + view.span
        and view.south <= float(r["latitude"]) <= view.south + view.height
        for r in rows
    )
    person = Desk(session).person("service_manager")

    def seen() -> places.Sight:
        with here.acting_as(person):
            listing = Listing(all_registers()["building"], ["code"])
            placed = places.axes(listing)
            assert placed is not None
            return places.Places(session, listing, listing.asked(MultiDict()), placed).sight(view)

    at_once = seen()
    monkeypatch.setattr(places, "AT_ONCE", 10)
    in_strips = seen()
    assert sum(spot.count for spot in at_once.spots) == sum(spot.count for spot in in_strips.spots) == inside
    assert len(at_once.spots) < places.ACROSS * places.DOWN
    assert all(spot.row is not None for spot in in_strips.spots if spot.count == 1)
    monkeypatch.setattr(places, "STRIP_CAP", 5)
    capped = seen()
    assert sum(spot.count for spot in capped.spots) <= 5 * places.ACROSS
    assert any(spot.capped for spot in capped.spots)


def test_numbers_added_in_the_browser_place_records_too(sign_in: Any, session: Any) -> None:
    admin, desk = sign_in("admin"), Desk(session)
    for name, zh, en in (("longitude", "经度", "Longitude"), ("latitude", "纬度", "Latitude")):
        given = {
            "table": "lead",
            "name": name,
            "kind": "number",
            "zh": zh,
            "en": en,
            "places": "6",
            "listed": "1",
            "level": "",
        }
        assert admin.post("/added_field/new?table=lead", given).status_code == 302
    lead = {"address": "13栋2503", "floor_area": 89.5, "renovation_on": "2099-01-10", "source": "walk_in"}
    for n in range(3):
        placed = {"longitude": 104.06 + n, "latitude": 30.65} if n else {}
        desk.enter("lead", "front_desk", **lead, customer_name=f"客户{n}", phone=f"1380013800{n}", **placed)
    try:
        page = sign_in("account_manager").get("/lead/?as=map").text
        assert len(POINT.findall(page)) == 2 and "另有 1 条没有坐标" in page
        assert 'class="map-point state-' in page and "待派单" in page  # in the colour of its state
        assert len(POINT.findall(sign_in("account_manager").get("/lead/?as=map&page=105,30.65,0.5").text)) == 1
    finally:
        loading.put_in_force([])


# --- where estates lie -----------------------------------------------------------------------


@pytest.mark.on("sqlite")
def test_a_place_has_two_coordinates_in_form_api_and_file(
    sign_in: Any, api: Any, session: Any, tmp_path: Any, command: Any
) -> None:
    admin, machine = sign_in("admin"), api("admin")
    half = admin.post("/estate/new", {"code": "A", "name": "甲", "longitude": "104.1"})
    assert half.status_code == 422 and "要一起填写" in half.text
    beyond = admin.post("/estate/new", {"code": "A", "name": "甲", "longitude": "200", "latitude": "95"})
    assert beyond.status_code == 422 and beyond.text.count('class="fault"') == 2
    made = machine.post("estate/", code="B", name="乙", longitude=-73.985, latitude=40.748)
    assert made.status_code == 201, made.text
    assert made.json["result"]["longitude"] == -73.985
    assert machine.post("estate/", code="C", name="丙", longitude=181, latitude=0).status_code == 422
    file = tmp_path / "estates.csv"
    file.write_text("代码,名称,经度,纬度\nD,丁,104.0651234,30.65\nE,戊,,\n", encoding="utf-8")
    assert '"good": 2' in command("import", "estate", str(file), "--as", "admin", "--json").output
    told = sign_in("service_manager").get("/estate/export?columns=code,longitude,latitude").data.decode("utf-8-sig")
    assert "D,104.065123,30.650000" in told and "E,," in told and "B,-73.985000,40.748000" in told


@pytest.mark.parametrize("values", ["181, 0", "0, 91", "-180.5, 0", "0, -90.5", "1, NULL", "NULL, 1"])
def test_the_database_holds_the_form_too(session: Any, values: str) -> None:
    with pytest.raises(IntegrityError):
        session.execute(
            text(
                "INSERT INTO estate (code, name, longitude, latitude, version, created_at, updated_at)"
                f" VALUES ('X', 'x', {values}, 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
            )
        )
    session.rollback()
