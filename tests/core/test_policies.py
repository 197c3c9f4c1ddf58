"""What the admin dates anew has to be what a rule can use: on the page and by the API."""

import pytest

from app.core import policy

USELESS = [
    ("tariff_waste_removal", []), ("tariff_waste_removal", {"a": 1}), ("tariff_waste_removal", "很多"),
    ("tariff_waste_removal", True), ("dispatch_a_day", 0), ("dispatch_a_day", 1.5), ("dispatch_a_day", [2]),
    ("gate_hours", ["8-12"]), ("gate_hours", ["12:00-08:00"]), ("gate_hours", [8]), ("gate_hours", "[[[["),
    ("gate_hours", {}), ("gate_holidays", ["昨天"]), ("gate_holidays", ["2026-02-30"]),
    ("documents_owner", ["passport"]), ("documents_owner", ["identity_card", "identity_card"]),
    ("claim_order", ["archived"]), ("claim_order", [["nobody"]]), ("claim_order", [[]]), ("claim_order", [[1]]),
    ("dispatch_slip_sources", [["web"]]), ("dispatch_slip_sources", ["x"]), ("no_such_figure", 1),
]  # fmt: skip


def test_what_no_rule_can_use_is_refused_at_its_field(api):
    admin = api("admin")
    for name, value in USELESS:
        told = admin.post("policy/", name=name, value=value, valid_from="2026-11-01")
        assert told.status_code == 422, (name, value, told.text)
        assert set(told.json["errors"]) & {"name", "value"}


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("tariff_waste_removal", 120_000, 120_000), ("dispatch_a_day", 3, 3), ("gate_hours_apply", True, True),
        ("gate_hours", ["07:30-12:00"], ["07:30-12:00"]), ("gate_holidays", ["2026-10-01"], ["2026-10-01"]),
        ("claim_order", [["invited"], ["archived", "first_contact"]], [["invited"], ["archived", "first_contact"]]),
        ("dispatch_slip_sources", "[]", []),
    ],
)  # fmt: skip
def test_what_a_rule_can_use_is_kept(api, session, name, value, kept):
    from app.core import here

    assert api("admin").post("policy/", name=name, value=value, valid_from="2026-11-01").status_code == 201
    assert policy.in_force(session, name, here.today()) == kept


def test_the_pages_form_reads_yuan_and_json(sign_in, session):
    from app.core import here

    admin = sign_in("admin")
    for name, typed in (("tariff_waste_removal", "1,250.50"), ("gate_hours", '["08:00-11:30"]')):
        assert admin.post("/policy/new", {"name": name, "value": typed, "valid_from": "2026-11-01"}).status_code == 302
    session.rollback()
    assert policy.in_force(session, "tariff_waste_removal", here.today()) == 125_050
    assert policy.in_force(session, "gate_hours", here.today()) == ["08:00-11:30"]
