"""A form step by step: what is wrong so far is told, and nothing is stored by asking."""

from typing import Any

import pytest

from app.core.fieldsets import laid_out, parted
from app.core.journal import JournalEntry
from app.demo.desk import Desk
from app.extensions import db
from app.leads.views import LeadRegister
from app.owners.views import UnitRegister
from app.people.views import DepartmentRegister
from tests.core.test_children import CLERK, new, unit  # noqa: F401  (the fixture)
from tests.core.test_forms import form_in


def told(client: Any, table: str, sent: dict[str, Any]) -> dict[str, str]:
    answer = client.post(f"/{table}/new/step", sent)
    assert answer.status_code == 200
    return {each["name"]: f"{each['label']}：{each['fault']}" for each in answer.json}


def test_what_is_wrong_so_far_is_told_of_fields_and_rows_and_nothing_is_stored(sign_in: Any, unit: int) -> None:  # noqa: F811
    clerk, there = sign_in(CLERK), Desk(db.session).one("unit", unit)
    before = db.session.query(JournalEntry).count()
    sent = {"estate": str(there.estate_id), "room": "9904", "floor_area": "x", **new(1, name="赵小北", phone="12")}
    found = told(clerk, "unit", sent)
    assert set(found) == {"building", "state", "floor_area", "resident.n1.phone", "resident.n1.relation"} - (
        set() if "state" in found else {"state"}
    )
    assert found["resident.n1.phone"].startswith("住户第 1 行 联系电话")
    right = {**sent, "building": str(there.building_id), "floor_area": "80", "state": "sold"}
    assert set(told(clerk, "unit", right)) == {"resident.n1.phone", "resident.n1.relation"}
    db.session.rollback()
    assert not Desk(db.session).ids("unit", room="9904")
    assert db.session.query(JournalEntry).count() == before


def test_what_concerns_the_whole_is_told_when_all_of_it_is_there(sign_in: Any) -> None:
    clerk = sign_in(CLERK)
    given = {"kind": "company", "name": "某公司", "id_kind": "identity_card"}
    assert "id_kind" not in told(clerk, "owner", {**given, "phone": "1"})
    assert "id_kind" in told(clerk, "owner", given)


def test_a_field_that_does_not_matter_is_not_asked_for(sign_in: Any) -> None:
    clerk = sign_in("renovation_clerk")
    assert "contractor" not in told(clerk, "renovation_application", {"work_mode": "self_managed"})


def test_only_who_may_enter_is_told(sign_in: Any) -> None:
    assert sign_in("designer").post("/unit/new/step", {}).status_code == 403
    assert sign_in("admin").post("/permit/new/step", {}).status_code in (403, 404)


def test_steps_lead_through_a_new_record_and_tabs_through_every_form(
    sign_in: Any,
    unit: int,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clerk = sign_in(CLERK)
    assert "data-layout" not in clerk.get("/unit/new").text
    monkeypatch.setattr(UnitRegister, "form_layout", "steps")
    page = clerk.get("/unit/new").text
    assert 'data-layout="steps" data-check="/unit/new/step"' in page
    assert page.count("data-part-head") == 3
    assert "data-layout" not in clerk.get(f"/unit/{unit}/edit").text
    monkeypatch.setattr(UnitRegister, "form_layout", "tabs")
    page = clerk.get(f"/unit/{unit}/edit").text
    assert 'data-layout="tabs"' in page
    assert "data-check" not in page
    refused = clerk.post("/unit/new", {**form_in(clerk.get("/unit/new")), "part.at": "resident"})
    assert refused.status_code == 422
    assert form_in(refused)["part.at"] == "resident", "one is where one was"


@pytest.mark.on("sqlite")
def test_parts_that_are_laid_out_have_headings_and_a_single_one_is_no_way(app: Any) -> None:
    spots = list(LeadRegister.fields().values())[:4]
    assert [part.label for part in parted(LeadRegister, spots)] == [None], "few fields are one part"
    department = list(DepartmentRegister.fields().values())[:3]
    assert [part.label for part in laid_out(DepartmentRegister, department, 0)] == [None]
    [alone] = laid_out(DepartmentRegister, department, 1)
    assert str(alone.label) == "基本情况"
