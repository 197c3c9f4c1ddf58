"""A list as a board, a calendar, a gallery or a tree: the list's own rows, scope, masks and filters."""

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, update

from app.core import here
from app.core.declaration import all_registers
from app.core.files import attach
from app.core.listing import Listing, board, calendar, gallery, tree
from app.demo.desk import Desk
from app.demo.names import identity_card
from app.people.models import Department
from app.people.views import DepartmentRegister
from tests.core.test_lists import counted

LEAD = {"address": "13栋2503", "floor_area": 89.5, "renovation_on": "2099-01-10", "source": "walk_in"}


@pytest.fixture
def leads(session: Any) -> Desk:
    """Thirty-three leads: one measured, two dispatched, more new ones than a lane shows are made of the rest."""
    desk = Desk(session)
    for number in range(board.SHOWN + 3):
        desk.enter(
            "lead", "front_desk", **LEAD, customer_name=f"客户{number:02d}", phone=f"138001380{number:02d}",
            inquiry_on=str(here.today()),
        )  # fmt: skip
    return desk


def lanes_of(page: Any) -> dict[str, str]:
    parts = re.split(r'<section class="lane" data-state="(\w+)"', page.text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_a_board_shows_what_the_list_shows(sign_in: Any, leads: Desk) -> None:
    manager = sign_in("account_manager")
    lanes = lanes_of(manager.get("/lead/?as=board"))
    assert list(lanes) == [value for value, _ in all_registers()["lead"].fields()["state"].kind.options]
    assert lanes["new"].count('class="lane-card"') == board.SHOWN
    assert 'href="/lead/?state=new"' in lanes["new"] and f">{board.SHOWN + 3}<" in lanes["new"]
    assert "客户32" in lanes["new"] and "13800138032" in lanes["new"]
    assert list(lanes_of(manager.get("/lead/?as=board&state=new,signed"))) == ["new", "signed"]
    assert lanes_of(manager.get("/lead/?as=board&q=客户07"))["new"].count('class="lane-card"') == 1
    assert "lane" not in manager.get("/lead/?as=board&q=没有这样的").text.partition('id="rows"')[2]
    part = manager.get("/lead/?as=board&q=客户07", headers={"HX-Request": "true"})
    assert "<html" not in part.text and "客户07" in part.text


def test_scope_masks_and_rights_hold_on_a_board(sign_in: Any, leads: Desk) -> None:
    assert "客户32" not in sign_in("salesperson").get("/lead/?as=board").text  # none is theirs
    clerk = sign_in("front_desk").get("/lead/?as=board").text
    assert "客户32" in clerk and "13800138032" not in clerk
    assert sign_in("cashier").get("/lead/?as=board").status_code == 403
    for username, verbs in (("account_manager", {"dispatch"}), ("auditor", set[str]())):
        found = re.search(r'data-steps="([^"]*)"', lanes_of(sign_in(username).get("/lead/?as=board"))["new"])
        steps = {each["verb"]: each["to"] for each in json.loads((found or [""])[1].replace("&#34;", '"'))}
        assert verbs <= set(steps) and (not verbs or steps["dispatch"] == "dispatched") and bool(verbs) == bool(steps)


def test_a_card_leads_to_its_verbs_dialog_and_back_to_the_board(sign_in: Any, leads: Desk) -> None:
    lead = leads.ids("lead", state="new")[0]
    manager = sign_in("account_manager")
    dialog = manager.get(f"/lead/{lead}/propose_invalid?back=/lead/?as=board")
    assert dialog.status_code == 200 and 'href="/lead/?as=board"' in dialog.text


def test_a_view_keeps_that_it_is_a_board(sign_in: Any, leads: Desk) -> None:
    manager = sign_in("account_manager")
    page = manager.get("/lead/?as=board&source=walk_in")
    query = re.findall(r'name="query" value="(source=[^"]*)"><input type="hidden" name="columns"', page.text)[0]
    saved = manager.post("/lead/views", {"name": "看板", "query": query.replace("&amp;", "&"), "opens": "1"})
    assert saved.status_code == 302 and "as=board" in saved.location
    assert manager.get("/lead/").location == saved.location
    assert "lane-card" in manager.get(saved.location).text
    assert 'class="rows ' in manager.get("/lead/?view=0").text


def test_only_what_verbs_move_has_a_board(sign_in: Any, session: Any) -> None:
    admin = sign_in("admin")
    assert "as=board" not in admin.get("/unit/").text  # its states follow from other records
    assert 'class="rows ' in admin.get("/building/?as=board").text or "empty" in admin.get("/building/?as=board").text
    for table, register in all_registers().items():
        if board.has_board(register):
            assert admin.get(f"/{table}/?as=board").status_code == 200, table


@pytest.mark.on("sqlite")
def test_a_board_asks_at_most_two_statements_a_lane(sign_in: Any, leads: Desk) -> None:
    manager = sign_in("account_manager")
    manager.get("/lead/?as=board")
    assert counted(lambda: manager.get("/lead/?as=board")) <= 4 + 8 + 1  # one lane has more than it shows


# --- the calendar ---------------------------------------------------------------------------


def test_a_calendar_shows_the_days_first_records_and_leads_to_the_others(sign_in: Any, leads: Desk) -> None:
    manager, today = sign_in("account_manager"), here.today()
    page = manager.get("/lead/?as=calendar&on=inquiry_on")
    assert page.text.count('class="cal-entry') == calendar.SHOWN
    assert f"还有 {board.SHOWN} 条" in page.text and f'href="/lead/?inquiry_on={today}"' in page.text
    assert "客户00" in page.text and "客户30" not in page.text
    narrowed = manager.get(f"/lead/?as=calendar&on=inquiry_on&page={today:%Y-%m}&q=客户30").text
    assert "客户30" in narrowed and narrowed.count('class="cal-entry') == 1
    assert 'class="cal-entry' not in manager.get("/lead/?as=calendar&on=inquiry_on&page=1999-01").text
    for odd in ("page=2026-13", "page=x", "page=0001-01", "page=2100-12", "on=phone", "on=", "inquiry_on=x"):
        assert manager.get(f"/lead/?as=calendar&{odd}").status_code == 200, odd
    assert 'class="cal-entry' not in sign_in("salesperson").get("/lead/?as=calendar&on=inquiry_on").text


def test_a_full_month_is_asked_for_day_by_day_with_the_same_answer(leads: Desk, monkeypatch: Any) -> None:
    """Also of moments, whose days are those of the house's clock."""
    with here.acting_as(leads.person("account_manager")):
        for name in ("inquiry_on", "created_at"):
            register = all_registers()["lead"]
            monkeypatch.setattr(register, "filters", f"{register.filters} created_at")
            listing = Listing(register, ["number", name, "state"])
            column, asked = listing.usable[name], listing.asked({"source": "walk_in"})
            first = here.today().replace(day=1)
            at_once = calendar.month(leads.session, listing, asked, column, first)
            monkeypatch.setattr(calendar, "AT_ONCE", 5)
            one_by_one = calendar.month(leads.session, listing, asked, column, first)
            for each in (at_once, one_by_one):
                told = {day.date: ([row.id for row in day.rows], day.more) for day in each.days if day.rows}
                assert told == {here.today(): (sorted(leads.ids("lead"))[: calendar.SHOWN], board.SHOWN)}
            monkeypatch.undo()


def test_weeks_begin_on_monday_and_cover_the_month(leads: Desk) -> None:
    with here.acting_as(leads.person("account_manager")):
        listing = Listing(all_registers()["lead"], ["number", "inquiry_on"])
        for raw in ("2026-02", "2026-11", "2027-05", "2024-12"):
            first = calendar.month_in(raw)
            found = calendar.month(leads.session, listing, listing.asked({}), listing.usable["inquiry_on"], first)
            shown = [day.date for week in found.weeks for day in week]
            assert shown[0].weekday() == 0 and len(shown) % 7 == 0
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            assert shown[0] <= first <= shown[0] + timedelta(days=6) and last in shown


def test_every_register_with_days_has_a_calendar(sign_in: Any, session: Any) -> None:
    admin = sign_in("admin")
    for table, register in all_registers().items():
        page = admin.get(f"/{table}/?as=calendar")
        assert page.status_code == 200
        with here.acting_as(Desk(session).person("admin")):
            days = calendar.day_columns(Listing(register))
        assert ('class="cal"' in page.text) == bool(days), table


# --- the gallery ----------------------------------------------------------------------------


@pytest.fixture
def workers(session: Any, tmp_path: Any, app: Any) -> Desk:
    """Three workers; one has a photo, one a PDF."""
    desk = Desk(session)
    contractor = desk.enter("contractor", "renovation_clerk", name="测试装饰公司", credit_code="91350100M000100Y43",
                            contact_name="张三", phone="13577272786")  # fmt: skip
    for number, name in enumerate(("工人甲", "工人乙", "工人丙")):
        desk.enter("worker", "renovation_clerk", contractor=contractor, name=name, id_number=identity_card(number))
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(picture, "JPEG")
    first, second = desk.ids("worker")[:2]
    with here.acting_as(desk.person("renovation_clerk")):
        for row_id, data in ((first, picture.getvalue()), (second, b"%PDF-1.4 empty")):
            attach(session, all_registers()["worker"], row_id, "photo", data)
    return desk


def test_a_gallery_shows_pictures_to_whoever_may_open_them(sign_in: Any, workers: Desk) -> None:
    clerk, first = sign_in("renovation_clerk"), workers.ids("worker")[0]
    page = clerk.get("/worker/?as=gallery&sort=id").text
    assert re.findall(r'<img src="([^"]*)"', page) == [f"/worker/{first}/file/photo?thumb=1"]
    assert page.count('class="gallery-card"') == 3 and page.count("PDF") == 1 and page.count("未上传</span>") == 1
    assert "工人甲" in page and "13577272786" not in page and identity_card(1) not in page
    assert clerk.get(f"/worker/{first}/file/photo?thumb=1").status_code == 200
    assert clerk.get("/worker/?as=gallery&q=工人乙").text.count('class="gallery-card"') == 1
    for other in ("admin", "auditor"):  # they see that there is a photo, and may not open it
        page = sign_in(other).get("/worker/?as=gallery").text
        assert "gallery-card" not in page and "图库" not in page
    assert "图库" not in clerk.get("/contractor/").text


def test_a_gallery_is_paged_and_costs_a_page_and_one_statement(
    sign_in: Any, workers: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "SHOWN", 2)
    clerk = sign_in("renovation_clerk")
    page = clerk.get("/worker/?as=gallery&sort=id").text
    following = re.search(r'rel="next" href="([^"]*)"', page)
    assert following and page.count('class="gallery-card"') == 2
    rest = clerk.get(following[1].replace("&amp;", "&")).text
    assert rest.count('class="gallery-card"') == 1 and 'rel="prev"' in rest
    assert counted(lambda: clerk.get("/worker/?as=gallery&sort=id")) <= 5  # PostgreSQL is told the time limit


# --- the tree -------------------------------------------------------------------------------


def leaves(text: str) -> list[str]:
    return re.findall(r'class="leaf-title"[^>]*>([^<]*)<', text)


def test_a_tree_opens_a_branch_at_a_time(sign_in: Any, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = sign_in("admin")
    ids = dict(session.execute(select(Department.name, Department.id)).tuples().all())
    top, below = ids["总经办"], ids["物业服务中心"]
    page = admin.get("/department/?as=tree").text
    assert leaves(page)[0] == "总经办" and len(leaves(page)) == 7 and ">6<" in page  # what stands alone is open
    assert 'href="/department/?as=tree&amp;open=0"' in page
    page = admin.get("/department/?as=tree&open=0").text
    assert leaves(page) == ["总经办"] and f'href="/department/?as=tree&amp;open={top}"' in page
    opened = admin.get(f"/department/?as=tree&open={top}&open={below}").text
    assert leaves(opened)[:1] == ["总经办"] and {"门岗", "工程部", "财务部"} <= set(leaves(opened))
    assert "市场部" not in leaves(opened)
    part = admin.get(f"/department/?as=tree&in={below}", headers={"HX-Request": "true"}).text
    assert leaves(part) == ["工程部", "门岗"] and "<html" not in part and f'data-under="{below}"' in part
    found = admin.get("/department/?as=tree&q=市场").text
    assert leaves(found) == ["总经办", "客服部", "市场部"] and found.count('class="leaf found"') == 1
    assert "empty" in admin.get("/department/?as=tree&q=没有这样的").text
    monkeypatch.setattr(tree, "SHOWN", 4)
    part = admin.get(f"/department/?as=tree&in={top}", headers={"HX-Request": "true"}).text
    more = re.search(r'hx-get="([^"]*)" hx-target="closest li"', part)
    assert more and len(leaves(part)) == 4
    rest = admin.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).text
    assert len(leaves(rest)) == 2 and "<ul" not in rest
    for odd in ("open=x&open=-1", "in=x", "in=", f"in={top}&after=x", "open=99999999999999999999"):
        answer = admin.get(f"/department/?as=tree&{odd}", headers={"HX-Request": "true"})
        assert answer.status_code in (200, 404), odd


def test_a_circle_ends_and_what_is_out_of_reach_makes_a_top(session: Any, sign_in: Any, monkeypatch: Any) -> None:
    ids = dict(session.execute(select(Department.name, Department.id)).tuples().all())
    with here.as_house():
        session.execute(update(Department).where(Department.name == "总经办").values(parent_id=ids["门岗"]))
        session.commit()
    admin = sign_in("admin")
    everything = "&".join(f"open={each}" for each in ids.values())
    assert admin.get(f"/department/?as=tree&{everything}").status_code == 200
    shown = leaves(admin.get(f"/department/?as=tree&q=门岗&{everything}").text)
    assert {"门岗", "物业服务中心", "总经办"} <= set(shown) and max(map(shown.count, shown)) <= 2

    def without_the_top(model: Any, person: Any) -> Any:
        return model.code != "ZJB"

    from app.core import gate

    monkeypatch.setitem(gate._scopes, "department", {"admin": without_the_top})
    with here.acting_as(Desk(session).person("admin")):
        listing = Listing(DepartmentRegister)
        parent = tree.parent_column(listing)
        assert parent is not None
        shown_by = tree.told_by(DepartmentRegister, DepartmentRegister.listed(), parent)
        found = tree.Tree(session, shown_by, parent, shown_by.asked({}), [])
        tops = {node.row.shown("name"): node.below for node in found.branch(None).nodes}
    assert "财务部" in tops and "总经办" not in tops and "门岗" not in tops and tops["物业服务中心"] == 2
    assert tops["客服部"] == 1


@pytest.mark.on("sqlite")
def test_a_branch_costs_two_statements(sign_in: Any, session: Any) -> None:
    admin = sign_in("admin")
    (top,) = session.execute(select(Department.id).where(Department.code == "ZJB")).scalars()
    admin.get("/department/?as=tree")
    assert counted(lambda: admin.get("/department/?as=tree&open=0")) <= 4
    assert counted(lambda: admin.get("/department/?as=tree")) <= 6  # what stands alone is open
    assert counted(lambda: admin.get(f"/department/?as=tree&open={top}")) <= 6


def test_only_what_refers_to_itself_has_a_tree(sign_in: Any, session: Any, monkeypatch: Any) -> None:
    admin = sign_in("admin")
    assert "as=tree" in admin.get("/staff/").text and admin.get("/staff/?as=tree").status_code == 200
    assert "as=tree" not in admin.get("/unit/").text
    monkeypatch.setattr(DepartmentRegister, "tree", "")
    assert "leaf-title" not in admin.get("/department/?as=tree").text
