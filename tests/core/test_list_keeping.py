"""How a list is kept: columns, density and views of one's own, views of a role; cells and fields edited in it."""

import re
from typing import Any

import pytest

from app.core import here
from app.demo.desk import Desk

LEAD = {"address": "13栋2503", "floor_area": 89.5, "renovation_on": "2099-01-10", "source": "walk_in"}
HEADS = re.compile(r'<th[^>]*data-name="(\w+)"')


@pytest.fixture
def leads(session: Any) -> list[int]:
    desk = Desk(session)
    return [
        desk.enter("lead", "front_desk", **LEAD, customer_name=f"客户{n}", phone=f"1380013800{n}") for n in range(4)
    ]


@pytest.mark.on("sqlite")
def test_columns_and_density_are_remembered_for_this_person_only(leads: list[int], sign_in: Any) -> None:
    manager, other = sign_in("account_manager"), sign_in("admin")
    usual = HEADS.findall(manager.get("/lead/").text)
    manager.post("/lead/layout", {"do": "columns", "columns": ["phone", "number", "id_key", "nothing"]})
    manager.post("/lead/layout", {"density": "compact", "size": "20"})
    page = manager.get("/lead/").text
    assert HEADS.findall(page) == ["phone", "number"]
    assert 'class="rows compact"' in page
    assert HEADS.findall(manager.get("/lead/?columns=number,source").text) == ["number", "source"]
    assert HEADS.findall(other.get("/lead/").text) == usual
    manager.post("/lead/layout", {"do": "usual"})
    assert HEADS.findall(manager.get("/lead/").text) == usual


@pytest.mark.on("sqlite")
def test_widths_are_kept_for_the_list_and_for_ones_own_view(leads: list[int], sign_in: Any) -> None:
    manager, other = sign_in("account_manager"), sign_in("admin")
    assert "<colgroup>" not in manager.get("/lead/").text
    dragged = {"widths": "number:20,customer_name:900,id_key:9,x,phone:1"}
    assert manager.post("/lead/layout", dragged).status_code == 204
    page = manager.get("/lead/").text
    for col in ("w20", "w80", "w6", "w18"):  # as dragged, at most, at least, one that was not dragged
        assert f'<col class="{col}">' in page
    assert "<colgroup>" not in other.get("/lead/").text
    view = manager.post("/lead/views", {"name": "宽的", "query": "sort=-id", "columns": "number,phone"}).location
    number = re.search(r"view=(\d+)", view)[1]  # type: ignore[index]
    manager.post("/lead/layout", {"widths": "number:33,phone:12", "view": number})
    assert '<col class="w33">' in manager.get(view).text
    assert '<col class="w20">' in manager.get("/lead/").text
    manager.post("/lead/layout", {"do": "usual"})
    assert "<colgroup>" not in manager.get("/lead/").text


def test_views_are_ones_own_or_a_roles_and_hold_nobodys_data(leads: list[int], sign_in: Any) -> None:
    manager, boss, desk = sign_in("account_manager"), sign_in("general_manager"), sign_in("front_desk")
    saved = manager.post("/lead/views", {"name": "网络大单", "query": "source=web&sort=-budget_fen&q=张&after=x"})
    view = saved.headers["Location"]
    assert "source=web" in view
    assert "after" not in view
    assert "q=" not in view
    assert "网络大单" in manager.get(view).text
    assert "网络大单" not in boss.get("/lead/?view=0").text
    # Personal data and what can't be read are kept by nobody; a clerk shares with nobody.
    assert manager.post("/lead/views", {"name": "x", "query": "phone=13800138001"}).status_code == 422
    assert manager.post("/lead/views", {"name": "x", "query": "or=(phone.sw:138|source:web)"}).status_code == 422
    assert manager.post("/lead/views", {"name": "x", "query": "state=zzz"}).status_code == 400
    assert manager.post("/lead/views", {"name": " ", "query": ""}).status_code == 422
    assert desk.post("/lead/views", {"name": "x", "query": "", "role": "front_desk"}).status_code == 403
    # A manager shares with a role that reads the register; the role sees it, may open with it, may not drop it.
    assert boss.post("/lead/views", {"name": "x", "query": "", "role": "gate"}).status_code == 403
    shared = boss.post("/lead/views", {"name": "上门客户", "query": "source=walk_in", "role": "front_desk"})
    assert shared.status_code == 302, shared.text
    number = int(re.findall(r"view=(\d+)", shared.headers["Location"])[0])
    assert "上门客户" in desk.get("/lead/").text
    assert "上门客户" not in manager.get("/lead/?view=0").text
    assert desk.post("/lead/views", {"do": "drop", "view": number}).status_code == 403
    assert manager.post("/lead/views", {"do": "drop", "view": number}).status_code == 404
    desk.post("/lead/views", {"do": "open", "view": number})
    assert "source=walk_in" in desk.get("/lead/").headers["Location"]
    assert desk.get("/lead/?view=0").status_code == 200
    # What it opened with is gone: the whole list again.
    assert boss.post("/lead/views", {"do": "drop", "view": number}).status_code == 302
    assert desk.get("/lead/").status_code == 200


def test_a_cell_is_saved_where_the_form_would_save_it(leads: list[int], sign_in: Any, session: Any) -> None:
    desk, manager = sign_in("front_desk"), sign_in("account_manager")
    at = f"/lead/{leads[0]}/cell/estate_name"
    was = re.findall(r'name="was" value="([^"]+)"', manager.get(at).text)[0]
    saved = manager.post(at, {"estate_name": "<b>花园</b>", "was": was})
    assert saved.status_code == 200
    assert saved.text == "&lt;b&gt;花园&lt;/b&gt;"
    # On what was there before: told what it says now; of another field of the row it is no matter.
    told = manager.post(at, {"estate_name": "紫荆苑", "was": was})
    assert told.status_code == 409
    assert "花园" in told.text
    assert "紫荆苑" in told.text
    was = re.findall(r'name="was" value="([^"]+)"', told.text)[0]
    manager.post(f"/lead/{leads[0]}/cell/source", {"source": "phone"})
    assert manager.post(at, {"estate_name": "紫荆苑", "was": was}).text == "紫荆苑"
    wrong = manager.post(f"/lead/{leads[0]}/cell/budget_fen", {"budget_fen": "abc"})
    assert wrong.status_code == 422
    assert 'class="fault"' in wrong.text
    for name in ("state", "designer", "number", "nothing"):
        assert manager.post(f"/lead/{leads[0]}/cell/{name}", {name: "1"}).status_code == 404
    assert sign_in("auditor").post(at, {"estate_name": "x"}).status_code == 403
    assert sign_in("designer").get(at).status_code == 403
    assert desk.get(f"/lead/{leads[0]}/cell/estate_name").status_code in (200, 422)


def test_a_cell_is_pasted_into_and_put_back_as_the_page_shows_it(leads: list[int], sign_in: Any, session: Any) -> None:
    desk, manager, of = Desk(session), sign_in("account_manager"), f"/lead/{leads[0]}/cell"

    def put(name: str, seen: str, **given: str) -> Any:
        return manager.post(f"{of}/{name}", {"seen": seen, "told": "1", **given})

    first = put("source", "上门", text="网络")
    assert first.json["cell"] == "网络" and desk.one("lead", leads[0]).source == "web"
    assert put("source", "上门", text="电话").status_code == 409  # the page is out of date
    assert "网络" in put("source", "上门", text="电话").text
    assert put("source", "网络", text="天上掉的").status_code == 422
    back = put("source", "网络", back=first.json["was"])
    assert back.json["cell"] == "上门" and desk.one("lead", leads[0]).source == "walk_in"
    assert put("source", "上门", back=back.json["was"]).json["cell"] == "网络"  # and again
    assert put("source", "网络", back="gAAAA").status_code == 422
    assert sign_in("front_desk").post(f"{of}/source", {"seen": "网络", "back": back.json["was"]}).status_code in (
        404,
        422,
    )
    # Of every kind of field, as it is written; an empty one is emptied.
    for name, seen, text, cell in [
        ("budget_fen", "", " 128,000.50 ", "128,000.50"), ("budget_fen", "128,000.50", "", ""),
        ("renovation_on", "2099-01-10", "2099/2/1", "2099-02-01"), ("floor_area", "89.50", "１２０", "120.00"),
        ("estate_name", "", "<b>花园</b>", "&lt;b&gt;花园&lt;/b&gt;"), ("estate_name", "<b>花园</b>", "紫荆苑", "紫荆苑"),
    ]:  # fmt: skip
        answer = put(name, seen, text=text)
        assert answer.json and answer.json["cell"] == cell, (name, text, answer.text)
    assert put("state", "", text="new").status_code == 404
    assert sign_in("auditor").post(f"{of}/estate_name", {"seen": "紫荆苑", "text": "x"}).status_code == 403


def test_a_relation_is_pasted_by_its_name(sign_in: Any, session: Any) -> None:
    hr, desk = sign_in("human_resources"), Desk(session)
    staff = desk.one("staff", desk.staff_id("designer"))
    name = staff.department.name if hasattr(staff, "department") else ""
    other = next(d for d in (desk.one("department", each) for each in desk.ids("department")) if d.name != name)
    at = f"/staff/{staff.id}/cell/department"
    saved = hr.post(at, {"seen": name, "text": other.name, "told": "1"})
    assert saved.status_code == 200 and other.name in saved.json["cell"]
    assert hr.post(at, {"seen": other.name, "text": "没有这个部门"}).status_code == 422
    assert desk.one("staff", staff.id).department_id == other.id
    assert hr.post(at, {"seen": other.name, "back": saved.json["was"]}).status_code == 200
    assert desk.one("staff", staff.id).department_id != other.id


def test_one_field_of_many_is_foreseen_changed_and_told_row_by_row(
    leads: list[int], sign_in: Any, session: Any
) -> None:
    manager, desk = sign_in("account_manager"), Desk(session)
    seen = manager.post("/lead/change", {"ids": ",".join(map(str, leads)), "field": "source", "source": "web"})
    rows = re.findall(r'name="rows" value="([\d.]+)"', seen.text)
    assert len(rows) == 4
    assert {desk.one("lead", each).source for each in leads} == {"walk_in"}  # nothing yet
    with here.acting_as(desk.person("account_manager")):
        from app.core import saving
        from app.leads.views import LeadRegister

        saving.edit(session, LeadRegister, leads[1], {"source": "phone"})
    sent = {"do": "change", "field": "source", "source": "web", "rows": rows, "once_token": "c"}
    where = {manager.post("/lead/change", sent).location for _ in range(2)}
    receipt = manager.get(where.pop()).text
    assert not where
    assert "办成 3 条，未办 1 条" in receipt
    assert "别人刚刚改过这条记录" in receipt
    assert [desk.one("lead", each).source for each in leads] == ["web", "phone", "web", "web"]
    matching = manager.post("/lead/change", {"matching": "?source=web", "field": "source", "source": "web"})
    assert re.findall(r'name="rows"', matching.text) == []  # they have it already
    assert (
        manager.post("/lead/change", {"matching": "?source=zzz", "field": "source", "source": "web"}).status_code == 400
    )
    assert manager.get("/lead/change").status_code == 404
    assert (
        manager.post("/lead/change", {"ids": leads[0], "field": "state", "state": "dead"}).text.count('name="rows"')
        == 0
    )
    assert sign_in("auditor").get(f"/lead/change?ids={leads[0]}").status_code == 403


def test_the_columns_of_a_view_are_those_of_an_export_kept_by_its_name(sign_in: Any, session: Any) -> None:
    """Whatever the list itself shows now."""
    manager = sign_in("account_manager")
    manager.post("/lead/views", {"name": "对账", "query": "state=new", "columns": "number,budget_fen,touched_on"})
    page = manager.get("/lead/?source=web&columns=number,phone").text
    address = re.findall(r'<a href="(/lead/export[^"]*)">对账（CSV）', page)[0].replace("&amp;", "&")
    assert "source=web" in address and "state=new" not in address
    assert manager.get(address).text.splitlines()[0].lstrip("\ufeff") == "客户编号,预算,最近跟进日期"
