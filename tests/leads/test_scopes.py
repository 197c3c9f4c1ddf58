"""Who reaches which leads, and what hangs on them (requirements, section 3)."""

import pytest


@pytest.fixture
def leads(office, clock):
    """name -> id: by the front desk yesterday and today, by both salespeople, one dispatched."""
    found = {"yesterday": office.lead("front_desk")}
    clock.at(17)
    found["today"] = office.lead("account_manager")
    found["sold"] = office.lead("salesperson")
    found["other"] = office.lead("salesperson2")
    office.dispatch(found["sold"], "director")
    clock.at(18)
    return found


@pytest.mark.parametrize(
    ("username", "names"),
    [
        ("account_manager", "yesterday today sold other"),
        ("account_assistant", "yesterday today sold other"),
        ("general_manager", "yesterday today sold other"),
        ("store_manager", "yesterday today sold other"),
        ("front_desk", "yesterday"),
        ("salesperson", "sold"),
        ("salesperson2", "other"),
        ("marketing_manager", "sold other"),
        ("design_manager", "sold"),
        ("director", "sold"),
        ("director2", ""),
        ("human_resources", ""),
        ("both_managers", "yesterday today sold other"),
    ],
)
def test_each_role_reaches_its_leads(office, leads, username, names):
    assert office.seen("lead", username) == {leads[name] for name in names.split()}


def test_the_front_desk_reaches_what_was_entered_today_by_the_houses_clock(office, clock):
    clock.at(16, 23, 59)
    late = office.lead("account_manager")
    assert late in office.seen("lead", "front_desk")
    clock.at(17, 0, 0)
    assert late not in office.seen("lead", "front_desk")


@pytest.mark.parametrize(
    ("table", "who", "reaches"),
    [
        ("dispatch", "director", True),
        ("dispatch", "director2", False),
        ("dispatch", "salesperson", True),
        ("dispatch", "salesperson2", False),
        ("dispatch", "design_manager", True),
        ("dispatch", "front_desk", False),
        ("claim", "salesperson", True),
        ("claim", "marketing_manager", True),
        ("claim", "director", False),
    ],
)
def test_what_hangs_on_a_lead_is_reached_with_it(office, leads, table, who, reaches):
    rows = {each.id for each in office.rows(table, lead_id=leads["sold"])}
    assert rows
    assert (rows <= office.seen(table, who)) is reaches


def test_a_slip_is_its_salespersons_the_managers_and_human_resources(office):
    lead = office.lead("salesperson", source="marketing")
    slip = office.enter("transfer_slip", "salesperson", lead=lead)
    for who in ("salesperson", "marketing_manager", "store_manager", "human_resources"):
        assert office.seen("transfer_slip", who) == {slip}
    for who in ("salesperson2", "director", "front_desk", "design_manager"):
        assert office.seen("transfer_slip", who) == set()
