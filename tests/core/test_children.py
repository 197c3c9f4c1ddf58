"""Children in their parent's form: one save is one transaction, each row under its own rights and checks."""

from typing import Any

import pytest

from app.core import rights
from app.core.children import MOST_SHOWN
from app.core.journal import JournalEntry
from app.demo.desk import Desk
from app.extensions import db
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


def test_of_hundreds_of_rows_a_form_shows_the_first(sign_in: Any, unit: int, session: Any) -> None:
    for number in range(MOST_SHOWN):
        Desk(session).enter("resident", CLERK, unit=unit, name=f"住户{number}", relation="tenant")
    session.commit()
    page = sign_in(CLERK).get(f"/unit/{unit}/edit").text
    assert page.count('.was" value="') == MOST_SHOWN + 2  # and the empty ones
    assert f'href="/resident/?unit={unit}"' in page
    assert len(page) < 90_000
