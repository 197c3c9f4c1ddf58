"""Children in their parent's form: one save is one transaction, each row under its own rights and checks."""

import re
from typing import Any

import pytest

from app.core import rights
from app.core.children import MOST_NEW, MOST_SHOWN
from app.core.journal import JournalEntry
from app.demo.desk import Desk
from app.extensions import db
from app.owners.views import UnitRegister
from tests.core.test_forms import form_in

CLERK = "service_manager"


@pytest.fixture
def unit(session: Any) -> int:
    desk = Desk(session)
    estate = desk.enter("estate", "admin", code="JX9", name="锦绣九期")
    building = desk.enter("building", "admin", estate=estate, code="9")
    row = desk.enter("unit", "admin", estate=estate, building=building, room="901", state="occupied")
    for name in ("王思远", "李晓明"):
        desk.enter("resident", CLERK, unit=row, name=name, relation="family")
    session.commit()
    return row


def residents(unit: int) -> dict[str, Any]:
    desk = Desk(db.session)
    rows = [desk.one("resident", each) for each in desk.ids("resident", unit_id=unit)]
    return {row.name: row for row in rows}


def new(number: int, **typed: str) -> dict[str, str]:
    begin = f"resident.n{number}"
    return {f"{begin}.was": "", **{f"{begin}.{name}": value for name, value in typed.items()}}


def test_one_save_enters_edits_and_removes_rows_with_their_parent(
    sign_in: Any, unit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, (first, second) = sign_in(CLERK), residents(unit).values()
    stands = rights.standing()
    more = {**stands.roles[CLERK], "resident": stands.roles[CLERK]["resident"] | {"delete"}}
    monkeypatch.setattr(rights, "_now", [rights.Standing({**stands.roles, CLERK: more}, stands.column_rule)])
    page = clerk.get(f"/unit/{unit}/edit")
    assert page.text.index("产权关系") < page.text.index("住户") < page.text.index("王思远")
    sent = {
        **form_in(page), "floor_area": "88.5", f"resident.{first.id}.name": "王思源", f"resident.{second.id}.gone": "1",
        **new(1, name="赵小北", relation="tenant", since="2026-11-01"), **new(2, name="", relation=""),
    }  # fmt: skip
    for _ in range(2):  # a double click
        assert clerk.post(f"/unit/{unit}/edit", sent).status_code == 302
    assert set(residents(unit)) == {"王思源", "赵小北"}
    acts = {each.act for each in db.session.query(JournalEntry).order_by(JournalEntry.id.desc()).limit(4)}
    assert len(acts) == 1
    told = {(each.table_name, each.verb) for each in db.session.query(JournalEntry).filter(JournalEntry.act.in_(acts))}
    assert told == {("unit", "edit"), ("resident", "edit"), ("resident", "add"), ("resident", "delete")}


def test_a_history_tells_what_became_of_the_rows_and_nothing_of_a_save_that_changed_nothing(
    sign_in: Any, unit: int
) -> None:
    clerk, (first, _) = sign_in(CLERK), residents(unit).values()
    story = f"/unit/{unit}/part/story"
    before = clerk.get(story).text.count("history-head")
    assert clerk.post(f"/unit/{unit}/edit", form_in(clerk.get(f"/unit/{unit}/edit"))).status_code == 302
    assert clerk.get(story).text.count("history-head") == before, "nothing was changed"
    sent = {f"resident.{first.id}.phone": "13800138111", **new(1, name="赵小北", relation="tenant", since="2026-11-01")}
    assert clerk.post(f"/unit/{unit}/edit", form_in(clerk.get(f"/unit/{unit}/edit")) | sent).status_code == 302
    page = clerk.get(story).text
    assert page.count("history-head") == before + 1
    told = re.findall(r"<li>(住户：.*?)</li>", page)
    assert [re.sub(r"</?ins>", "", each) for each in told] == ["住户：修改 王思远", "住户：登记 赵小北"]
    assert "13800138111" not in page
    assert "赵小北" not in sign_in("gate").get(story).text


def test_a_new_parent_brings_its_rows_and_nothing_is_kept_when_one_is_wrong(sign_in: Any, unit: int) -> None:
    clerk, there = sign_in(CLERK), Desk(db.session).one("unit", unit)
    sent = {
        **form_in(clerk.get("/unit/new")), "estate": str(there.estate_id), "building": str(there.building_id),
        "room": "9902", "state": "occupied", **new(1, name="赵小北", relation="tenant"), **new(4, name="钱多多", phone="12"),
    }  # fmt: skip
    page = clerk.post("/unit/new", {**sent, "room": ""})
    assert page.status_code == 422
    for told in ("房号", "住户第 2 行 与业主关系", "住户第 2 行 联系电话", "赵小北", "钱多多"):
        assert told in page.text
    assert 'href="#f-resident.n4.phone"' in page.text
    page = clerk.post("/unit/new", sent)
    assert page.status_code == 422
    assert not Desk(db.session).ids("unit", room="9902")
    right = {**form_in(page), "resident.n4.phone": "13800138000", "resident.n4.relation": "tenant"}
    for _ in range(2):
        assert clerk.post("/unit/new", right).status_code == 302
    (made,) = Desk(db.session).ids("unit", room="9902")
    assert set(residents(made)) == {"赵小北", "钱多多"}


def test_two_people_at_the_same_rows_lose_nothing(sign_in: Any, unit: int) -> None:
    mine, theirs = sign_in(CLERK), sign_in("service_manager2")
    first, second = (each.id for each in residents(unit).values())
    opened = form_in(mine.get(f"/unit/{unit}/edit"))
    other = form_in(theirs.get(f"/unit/{unit}/edit"))
    changed = {f"resident.{first}.name": "王五", f"resident.{second}.since": "2026-01-01", "room": "909"}
    assert theirs.post(f"/unit/{unit}/edit", {**other, **changed}).status_code == 302
    typed = {
        f"resident.{first}.name": "王六",
        f"resident.{second}.name": "李七",
        "room": "910",
        **new(1, name="赵小北", relation="tenant"),
    }
    page = mine.post(f"/unit/{unit}/edit", {**opened, **typed})
    assert page.status_code == 409  # the parent's own field, side by side; the rows wait behind it
    page = mine.post(f"/unit/{unit}/edit", {**form_in(page), "keep.room": "theirs"})
    assert page.status_code == 422
    assert "别人刚改为「王五」" in page.text
    assert mine.post(f"/unit/{unit}/edit", form_in(page)).status_code == 302
    found = residents(unit)
    assert set(found) == {"王六", "李七", "赵小北"}
    assert str(found["李七"].since) == "2026-01-01"
    assert Desk(db.session).one("unit", unit).room == "909"


def test_a_row_goes_its_own_way_through_rights_and_reach(sign_in: Any, unit: int, session: Any) -> None:
    """No section for who may not write such rows; no hold on the rows of another parent."""
    reader = sign_in("admin")
    assert "data-children" not in reader.get(f"/unit/{unit}/edit").text
    sent = {**form_in(reader.get(f"/unit/{unit}/edit")), **new(1, name="赵小北", relation="tenant")}
    assert reader.post(f"/unit/{unit}/edit", sent).status_code == 302
    assert set(residents(unit)) == {"王思远", "李晓明"}
    clerk, row = sign_in(CLERK), residents(unit)["王思远"].id
    there = Desk(session).one("unit", unit)
    other = Desk(session).enter(
        "unit", "admin", estate=there.estate_id, building=there.building_id, room="1001", state="sold"
    )
    session.commit()
    sealed = {
        name: value for name, value in form_in(clerk.get(f"/unit/{unit}/edit")).items() if name.startswith("resident.")
    }
    for stolen in (
        {**sealed, f"resident.{row}.name": "张三"},
        {f"resident.{row}.was": "x", f"resident.{row}.name": "张三"},
    ):
        page = clerk.post(f"/unit/{other}/edit", {**form_in(clerk.get(f"/unit/{other}/edit")), **stolen})
        assert page.status_code == 422
        assert "张三" in page.text
    assert set(residents(unit)) == {"王思远", "李晓明"}


# --- the order, by hand -------------------------------------------------------------------


def order(unit: int) -> list[tuple[int, str]]:
    """(place, name) as they stand."""
    return [(row.place, row.name) for row in sorted(residents(unit).values(), key=lambda row: row.place)]


def test_rows_are_moved_by_their_numbers_and_new_and_removed_ones_leave_no_gap(
    sign_in: Any, unit: int, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands = rights.standing()
    more = {**stands.roles[CLERK], "resident": stands.roles[CLERK]["resident"] | {"delete"}}
    monkeypatch.setattr(rights, "_now", [rights.Standing({**stands.roles, CLERK: more}, stands.column_rule)])
    clerk, ids = sign_in(CLERK), {name: row.id for name, row in residents(unit).items()}
    assert order(unit) == [(1, "王思远"), (2, "李晓明")]
    form = form_in(page := clerk.get(f"/unit/{unit}/edit"))
    assert "联系顺序" in page.text
    assert form[f"resident.{ids['李晓明']}.at"] == "2"
    before = residents(unit)["王思远"].version
    sent = {**form, f"resident.{ids['李晓明']}.at": "1", **new(1, name="赵小北", relation="tenant", at="2"),
            **new(2, name="钱多多", relation="tenant")}  # fmt: skip
    assert clerk.post(f"/unit/{unit}/edit", sent).status_code == 302
    assert order(unit) == [(1, "李晓明"), (2, "赵小北"), (3, "王思远"), (4, "钱多多")]
    assert residents(unit)["王思远"].version == before, "a row that makes room is not changed"
    told = session.query(JournalEntry).filter_by(table_name="resident", row_id=ids["李晓明"], verb="edit").one()
    assert (told.before["place"], told.after["place"]) == (2, 1)
    form = form_in(clerk.get(f"/unit/{unit}/edit"))
    wrong = clerk.post(f"/unit/{unit}/edit", {**form, f"resident.{ids['李晓明']}.at": "先"})
    assert wrong.status_code == 422
    assert "请填写整数" in wrong.text
    gone = {**form, f"resident.{ids['李晓明']}.gone": "1", f"resident.{ids['王思远']}.at": "9"}
    assert clerk.post(f"/unit/{unit}/edit", gone).status_code == 302
    assert order(unit) == [(1, "赵小北"), (2, "钱多多"), (3, "王思远")]


def test_two_people_put_rows_in_order_and_who_moved_nothing_undoes_nothing(
    sign_in: Any, unit: int, session: Any
) -> None:
    for name in ("甲", "乙", "丙"):
        Desk(session).enter("resident", CLERK, unit=unit, name=name, relation="tenant")
    session.commit()
    ids = {name: row.id for name, row in residents(unit).items()}
    mine, theirs = sign_in(CLERK), sign_in("service_manager2")
    first, second = form_in(mine.get(f"/unit/{unit}/edit")), form_in(theirs.get(f"/unit/{unit}/edit"))
    third = dict(second)
    assert mine.post(f"/unit/{unit}/edit", {**first, f"resident.{ids['丙']}.at": "1"}).status_code == 302
    assert theirs.post(f"/unit/{unit}/edit", {**second, "floor_area": "70"}).status_code == 302
    assert [name for _, name in order(unit)] == ["丙", "王思远", "李晓明", "甲", "乙"]
    third = form_in(theirs.get(f"/unit/{unit}/edit"))
    swapped = {f"resident.{ids['甲']}.at": "5", f"resident.{ids['乙']}.at": "4"}
    assert mine.post(f"/unit/{unit}/edit", {**form_in(mine.get(f"/unit/{unit}/edit")), **swapped}).status_code == 302
    assert theirs.post(f"/unit/{unit}/edit", {**third, f"resident.{ids['王思远']}.at": "5"}).status_code == 302
    assert order(unit) == [(1, "丙"), (2, "李晓明"), (3, "乙"), (4, "甲"), (5, "王思远")]


def test_rows_that_change_their_parent_or_come_another_way_are_the_last(api: Any, unit: int, session: Any) -> None:
    desk, there = Desk(session), Desk(session).one("unit", unit)
    other = desk.enter("unit", "admin", estate=there.estate_id, building=there.building_id, room="77", state="sold")
    desk.enter("resident", CLERK, unit=other, name="甲", relation="tenant")
    session.commit()
    row, client = residents(unit)["王思远"], api(CLERK)
    assert client.put(f"resident/{row.id}", unit=other, version=row.version).status_code == 200
    assert order(unit) == [(1, "李晓明")]
    assert order(other) == [(1, "甲"), (2, "王思远")]
    assert client.put(f"resident/{row.id}", place=1).status_code == 422


def test_of_hundreds_of_rows_a_form_shows_a_page_and_what_is_typed_on_one_leaves_the_others(
    sign_in: Any, unit: int, session: Any
) -> None:
    desk = Desk(session)
    for number in range(2 * MOST_SHOWN + 3):
        desk.enter("resident", CLERK, unit=unit, name=f"住户{number}", relation="tenant")
    session.commit()
    clerk, names = sign_in(CLERK), [name for _, name in order(unit)]
    way = f"/unit/{unit}/children/resident"
    pages, page = [], clerk.get(f"/unit/{unit}/edit").text
    assert "rows.resident=before" not in page
    while found := re.search(r'data-child-page="[^"]*(rows\.resident=after[^"]+)"', page):
        page = clerk.get(f"{way}?{found[1]}").text
        pages.append(re.findall(r'\.name" type="text" value="(住户\d+)"', page))
    assert pages == [names[20:40], names[40:45]]
    back = re.search(r'data-child-page="[^"]*(rows\.resident=before[^"]+)"', page)
    assert back is not None
    assert re.findall(r'\.name" type="text" value="(住户\d+)"', clerk.get(f"{way}?{back[1]}").text) == names[20:40]
    assert clerk.get(f"{way}?rows.resident=nonsense").status_code == 200
    assert sign_in("designer").get(way).status_code in (403, 404)
    ids = {name: row.id for name, row in residents(unit).items()}
    form = form_in(clerk.get(f"/unit/{unit}/edit?{back[1]}"))
    changed = {**form, f"resident.{ids[names[25]]}.name": "改了名", f"resident.{ids[names[21]]}.at": "1",
               "then": back[1]}  # fmt: skip
    saved = clerk.post(f"/unit/{unit}/edit", changed)
    assert saved.location.endswith(f"/unit/{unit}/edit?{back[1]}"), "without JavaScript one saves to turn the page"
    names.insert(0, names.pop(21))
    assert [name for _, name in order(unit)] == ["改了名" if n == 25 else name for n, name in enumerate(names)]


def test_of_hundreds_of_rows_a_form_shows_the_first(sign_in: Any, unit: int, session: Any) -> None:
    for number in range(MOST_SHOWN):
        Desk(session).enter("resident", CLERK, unit=unit, name=f"住户{number}", relation="tenant")
    session.commit()
    page = sign_in(CLERK).get(f"/unit/{unit}/edit").text
    assert page.count('.was" value="') == MOST_SHOWN + 2  # and the empty ones
    assert f'href="/resident/?unit={unit}"' in page
    assert len(page) < 90_000


# --- a copy brings them -------------------------------------------------------------------


@pytest.fixture
def owned(unit: int, session: Any) -> int:
    """The unit of two residents has two owners, one of whom sold."""
    desk = Desk(session)
    for name, until in (("王思远", None), ("赵小北", "2026-01-01")):
        owner = desk.enter("owner", CLERK, kind="person", name=name, phone="13800138000")
        desk.enter("ownership", CLERK, unit=unit, owner=owner, since="2020-05-01", until=until)
    session.commit()
    return unit


def test_a_copy_brings_the_rows_that_are_typed_with_it_and_stores_nothing_before_it_is_saved(
    sign_in: Any, owned: int
) -> None:
    clerk = sign_in(CLERK)
    page = clerk.get(f"/unit/new?copy={owned}")
    form = form_in(page)
    owner = Desk(db.session).one("ownership", Desk(db.session).ids("ownership", unit_id=owned)[0]).owner_id
    assert (form["ownership.n1.owner"], form["ownership.n1.since"]) == (str(owner), "2020-05-01")
    assert (form["ownership.n1.was"], form["ownership.n2.until"]) == ("", "2026-01-01")
    assert not any(name.startswith("resident.") and ".n0." not in name for name in form), "switched off by name"
    assert "已照「锦绣九期" in page.text
    assert len(Desk(db.session).ids("ownership", unit_id=owned)) == 2
    assert clerk.post("/unit/new", {**form, "room": "9903", "ownership.n2.owner": ""}).status_code == 422
    form = form_in(clerk.post("/unit/new", {**form, "ownership.n2.owner": ""}))
    assert form["ownership.n1.since"] == "2020-05-01", "nothing that came along is lost with a fault"
    for _ in range(2):  # a double click
        sent = {**form, "room": "9903", "ownership.n2.owner": str(owner), "ownership.n2.until": "2026-01-01"}
        assert clerk.post("/unit/new", sent).status_code == 302
    (made,) = Desk(db.session).ids("unit", room="9903")
    assert len(Desk(db.session).ids("ownership", unit_id=made)) == 2
    assert len(Desk(db.session).ids("ownership", unit_id=owned)) == 2


def test_of_the_rows_that_come_along_nobody_sees_more_than_the_table_allows(
    sign_in: Any, owned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnitRegister, "copied_children", None)
    clerk = sign_in(CLERK)
    form = form_in(clerk.get(f"/unit/new?copy={owned}"))
    assert (form["resident.n1.name"], form["resident.n2.name"]) == ("王思远", "李晓明"), "in their order"
    hidden = rights.standing().column_rule

    def rule(now: Any, roles: Any, table: str, name: str) -> str:
        return rights.MASKED if (table, name) == ("resident", "name") else hidden(now, roles, table, name)

    monkeypatch.setattr(rights, "_now", [rights.Standing(rights.standing().roles, rule)])
    assert form_in(clerk.get(f"/unit/new?copy={owned}"))["resident.n1.name"] == "", "what is masked is typed anew"
    stands = rights.standing()
    fewer = {**stands.roles[CLERK], "ownership": stands.roles[CLERK]["ownership"] - {"add"}}
    monkeypatch.setattr(rights, "_now", [rights.Standing({**stands.roles, CLERK: fewer}, stands.column_rule)])
    assert "ownership.n1.was" not in form_in(clerk.get(f"/unit/new?copy={owned}"))
    monkeypatch.setattr(UnitRegister, "copied_children", "")
    assert not any(".n1." in name for name in form_in(clerk.get(f"/unit/new?copy={owned}")))


def test_a_copy_brings_as_many_rows_as_a_form_may_hold_and_says_so(
    sign_in: Any, unit: int, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnitRegister, "copied_children", "resident")
    clerk, desk = sign_in(CLERK), Desk(session)
    for number in range(MOST_NEW - 2):
        desk.enter("resident", CLERK, unit=unit, name=f"住户{number}", relation="tenant")
    session.commit()
    page = clerk.get(f"/unit/new?copy={unit}").text
    assert f"resident.n{MOST_NEW}.was" in page
    assert "只带来前" not in page
    desk.enter("resident", CLERK, unit=unit, name="多一位", relation="tenant")
    session.commit()
    page = clerk.get(f"/unit/new?copy={unit}").text
    assert f"resident.n{MOST_NEW + 1}.was" not in page
    assert f"只带来前 {MOST_NEW} 行" in page
