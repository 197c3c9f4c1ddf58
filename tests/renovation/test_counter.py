"""The counter: who is proposed, what is foreseen, what is missing today, signatures, part payments."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.answers import Faulty
from app.core.journal import JournalEntry
from app.core.values import BadValue, read_strokes, strokes_path
from app.demo import names
from app.fees.rules import blockers_to_split
from app.renovation.applications.rules import blockers_to_have_told
from tests.core.test_lists import counted
from tests.renovation.conftest import BOSS, CASE, CASHIER, CLERK

DRAWN = "10,20 11,22 12,24 13,28 14,30;40,20 41,25 44,30 50,40"
CARD = names.identity_card(7)


@pytest.fixture
def household(counter):
    """A handed-over unit with its owner, a former owner and a tenant."""
    unit = counter.ids("unit", state="handed_over")[0]
    people = {}
    for name, until in (("王思远", None), ("前业主", str(counter.today - timedelta(days=1)))):
        owner = counter.enter(
            "owner", BOSS, kind="person", name=name, id_kind="identity_card", phone="13800138000",
            id_number=CARD if until is None else names.identity_card(8),
        )  # fmt: skip
        counter.enter("ownership", BOSS, unit=unit, owner=owner, since="2020-01-01", until=until)
        people[name] = f"owner-{owner}"
    tenant = counter.enter("resident", BOSS, unit=unit, name="租客", relation="tenant", phone="13900139000")
    return unit, {**people, "租客": f"resident-{tenant}"}


def form(counter, its_unit, **values):
    return {
        "unit": str(its_unit), "applicant_kind": "owner", "applicant_name": "", "applicant_phone": "",
        "applicant_id_number": "", "work_mode": "self_managed", "starts_on": str(counter.starts),
        "ends_on": str(counter.ends), "scope": [str(each) for each in counter.items("painting")], **values,
    }  # fmt: skip


@pytest.mark.on("sqlite")
def test_owner_and_tenant_of_today_are_proposed_and_only_in_part(counter, household, sign_in):
    unit, people = household
    counter.session.commit()
    page = sign_in(CLERK).post("/renovation_application/preview", form(counter, unit)).text
    assert people["王思远"] in page
    assert people["租客"] in page
    assert people["前业主"] not in page
    assert "13800138000" not in page
    assert CARD not in page


@pytest.mark.on("sqlite")
def test_their_data_go_from_the_file_into_the_case(counter, household, sign_in):
    unit, people = household
    counter.session.commit()
    answer = sign_in(CLERK).post(
        "/renovation_application/new", form(counter, unit, applicant_name="王思远", applicant_from=people["王思远"])
    )
    assert answer.status_code == 302
    counter.session.rollback()
    [case] = counter.ids(CASE)
    row = counter.one(CASE, case)
    assert (row.applicant_phone, row.applicant_id_number) == ("13800138000", CARD)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "given",
    [
        {"applicant_from": "前业主"},
        {"applicant_from": "王思远", "applicant_name": "另一人"},
        {"applicant_from": "owner-x"},
    ],
)
def test_nobody_else_is_a_source_and_nothing_is_shown_when_it_fails(counter, household, sign_in, given):
    unit, people = household
    counter.session.commit()
    source = people.get(given["applicant_from"], given["applicant_from"])
    answer = sign_in(CLERK).post(
        "/renovation_application/new", form(counter, unit, **{**given, "applicant_from": source})
    )
    assert answer.status_code == 422
    assert "13800138000" not in answer.text
    assert CARD not in answer.text


@pytest.mark.on("sqlite")
def test_a_form_refused_for_another_reason_does_not_show_what_was_filled_in(counter, household, sign_in):
    unit, people = household
    counter.session.commit()
    given = form(counter, unit, applicant_name="王思远", applicant_from=people["王思远"], ends_on="2020-01-01")
    answer = sign_in(CLERK).post("/renovation_application/new", given)
    assert answer.status_code == 422
    assert CARD not in answer.text
    assert people["王思远"] in answer.text  # so that the next try has it again


@pytest.mark.on("sqlite")
def test_the_api_knows_no_such_field(counter, household, api):
    counter.session.commit()
    answer = api(CLERK).post("renovation_application/", applicant_from="owner-1", **form(counter, household[0]))
    assert answer.status_code == 422
    assert "applicant_from" in answer.text


@pytest.mark.on("sqlite")
def test_what_is_foreseen_changes_with_what_is_chosen(counter, household, sign_in):
    unit, _ = household
    counter.session.commit()
    clerk = sign_in(CLERK)

    def seen(**values):
        return clerk.post("/renovation_application/preview", form(counter, unit, **values)).text

    assert "施工人员身份担保书" in seen()
    assert "营业执照复印件" in seen(work_mode="contractor")
    assert "房屋租赁合同" in seen(applicant_kind="tenant")
    refused = seen(scope=[str(each) for each in counter.items("painting", "facade")])
    assert "R-3.5.2" in refused
    undertaken = seen(scope=[str(each) for each in counter.items("safety_rails")])
    assert "承诺书" in undertaken
    assert "R-3.4.1" in undertaken
    assert "300.00" in seen()
    for nonsense in ({"unit": "9" * 40}, {"ends_on": "昨天"}, {"scope": ["x", "-1"]}, {"contractor": "某某"}):
        assert clerk.post("/renovation_application/preview", form(counter, unit, **nonsense)).status_code == 200


@pytest.mark.on("sqlite")
def test_a_unit_that_is_taken_is_told_at_once(counter, sign_in):
    case = counter.apply()
    counter.session.commit()
    row = counter.one(CASE, case)
    page = sign_in(CLERK).post("/renovation_application/preview", form(counter, row.unit_id))
    assert row.number in page.text
    page = sign_in(CLERK).post("/renovation_application/preview", {**form(counter, row.unit_id), "row_id": str(case)})
    assert row.number not in page.text


@pytest.mark.on("sqlite")
def test_what_each_case_lacks_today_is_on_one_page(counter, sign_in):
    first, second = counter.apply(), counter.apply()
    counter.clear(second)
    counter.session.commit()
    page = sign_in(CLERK).get("/missing/").text
    assert counter.one(CASE, first).number in page
    assert "资料已齐" in page
    assert "复印件未收" in page


@pytest.mark.on("sqlite")
def test_that_page_costs_the_same_for_thirty_cases(counter, sign_in, app):
    counter.apply()
    counter.session.commit()
    clerk = sign_in(CLERK)
    clerk.get("/missing/")
    few = counted(lambda: clerk.get("/missing/"))
    for _ in range(3):
        counter.apply()
    counter.session.commit()
    assert counted(lambda: clerk.get("/missing/")) == few


def test_a_signature_is_strokes_on_the_sheet_and_nothing_else():
    assert read_strokes(DRAWN) == DRAWN
    assert read_strokes("") is None
    assert strokes_path("1,2 3,4;5,6") == "M1,2L3,4M5,6"
    for bad in (
        "签名",
        "1,2",
        "<svg>",
        DRAWN + '"',
        "601,20 " * 8 + "1,1",
        "1,201 " * 8 + "1,1",
        7,
        "1,2 " * 6000,
        DRAWN + "\n",
    ):
        with pytest.raises(BadValue):
            read_strokes(bad)


def test_who_signed_when_and_how_is_kept(counter):
    case = counter.apply()
    [agreement] = counter.ids("agreement", application_id=case)
    counter.do("agreement", agreement, "sign", CLERK, party="applicant", signer_name="林晓", signature=DRAWN)
    row = counter.one("agreement", agreement)
    assert (row.applicant_signer, row.applicant_drawn) == ("林晓", DRAWN)
    assert row.applicant_signed_at
    entry = counter.session.execute(select(JournalEntry).where(JournalEntry.verb == "sign")).scalars().one()
    assert DRAWN not in str(entry.note) + str(entry.after)
    drawing = counter.draw(case)
    assert counter.one("drawing", drawing).applicant_signer == "林晓"
    assert counter.one("drawing", drawing).site_manager_signer == "周宁"


@pytest.mark.on("sqlite")
def test_a_signature_is_seen_by_those_who_take_them(counter, sign_in):
    case = counter.apply()
    [agreement] = counter.ids("agreement", application_id=case)
    counter.do("agreement", agreement, "sign", CLERK, party="applicant", signer_name="林晓", signature=DRAWN)
    counter.session.commit()
    for role, seen in (
        (CLERK, True),
        ("service_manager", True),
        ("engineer", False),
        ("auditor", False),
        ("admin", False),
    ):
        assert (strokes_path(DRAWN) in sign_in(role).get(f"/agreement/{agreement}").text) is seen, role
    assert sign_in(CLERK).get(f"/agreement/{agreement}/print").data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("part", "told"), [(0, ["not_a_part"]), (1, []), (99_999, []), (100_000, ["not_a_part"]), (None, [])]
)
def test_a_part_is_more_than_nothing_and_less_than_all(part, told):
    assert [each.rule for each in blockers_to_split(amount_fen=100_000, part_fen=part)] == told


def test_a_charge_is_paid_in_two_parts_by_two_methods(counter):
    case, _ = counter.apply(), None
    counter.clear(case)
    counter.approve(case)
    charge = counter.ids("charge", application_id=case, kind="waste_removal")[0]
    whole = counter.one("charge", charge).amount_fen
    counter.do("charge", charge, "split", CASHIER, amount_fen=50_000)
    rest = counter.ids("charge", application_id=case, split_from_id=charge)[0]
    assert counter.one("charge", charge).amount_fen + counter.one("charge", rest).amount_fen == whole
    first = counter.do("charge", [charge], "take_payment", CASHIER, method="cash")
    number = counter.one("receipt", first).number
    assert "charges_unpaid" in counter.not_issued(case, number)
    others = counter.ids("charge", application_id=case, state="due")
    counter.do("charge", others, "take_payment", CASHIER, method="wechat")
    counter.issue(case, number)
    assert counter.refused("charge", charge, "split", CASHIER, amount_fen=1)[0].rule == "wrong_state"


def test_the_neighbours_are_told_on_a_day_that_has_come(counter):
    case = counter.apply()
    tomorrow = counter.today + timedelta(days=1)
    assert (
        counter.refused(CASE, case, "tell_neighbours", CLERK, on=str(tomorrow), how="告示")[0].rule == "in_the_future"
    )
    counter.do(CASE, case, "tell_neighbours", CLERK, on=str(counter.today), how="四户张贴告示")
    assert counter.one(CASE, case).neighbours_told_on == counter.today
    assert blockers_to_have_told(on=None, today=counter.today) == []
    with pytest.raises(Faulty):
        counter.apply(neighbours_told_on=str(tomorrow))
