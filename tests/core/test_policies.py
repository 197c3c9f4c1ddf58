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


def test_a_value_is_put_right_on_its_own_page_where_yuan_stay_yuan(sign_in, api, session):
    """The register's own form showed fen and read them back as yuan: whoever changed a note had a hundredfold fee."""
    from app.core import here

    admin, name = sign_in("admin"), "tariff_waste_removal"
    told = api("admin").post("policy/", name=name, value=120_000, valid_from="2026-01-01", note="旧")
    row_id = told.json["id"]
    assert admin.get(f"/policy/{row_id}").location == f"/figures/{name}"
    assert admin.get("/policy/new").location == "/figures/"
    assert admin.get(f"/policy/{row_id}/cell/value").status_code == 404
    for answer in (admin.get(f"/policy/{row_id}/edit"), admin.post(f"/policy/{row_id}/edit", {"value": "1"})):
        assert answer.location == f"/figures/{name}?row={row_id}#change"
    form = admin.get(f"/figures/{name}?row={row_id}").text
    assert 'value="1200.00"' in form and 'value="2026-01-01"' in form and 'value="旧"' in form
    session.rollback()
    version = session.get(policy.Policy, row_id).version
    sent = {"row": row_id, "version": version, "value": "1200.00", "valid_from": "2026-01-01", "note": "新"}
    look = admin.get(f"/figures/{name}/preview", query_string=sent).text
    assert look.count('class="figure-when"') == 2 and "新的值" in look, (
        "the release's own, and this one instead of itself"
    )
    first = session.query(policy.Policy.id).filter_by(name="call_rings").scalar()
    beginning = {"row": first, "value": "4", "valid_from": "2000-01-01"}
    look = admin.get("/figures/call_rings/preview", query_string=beginning).text
    assert look.count('class="figure-when"') == 1 and "新的值" in look
    assert admin.post(f"/figures/{name}", {**sent, "once_token": "t-1"}).status_code == 302
    session.rollback()
    assert policy.in_force(session, name, here.today()) == 120_000
    assert session.get(policy.Policy, row_id).note == "新"
    late = admin.post(f"/figures/{name}", {**sent, "value": "1300", "once_token": "t-2"})
    assert late.status_code == 409 and "1300" in late.text and "有人刚改过" in late.text
    assert admin.post(f"/figures/{name}", {**sent, "row": 999_999, "once_token": "t-3"}).status_code == 404
    session.rollback()
    assert policy.in_force(session, name, here.today()) == 120_000


def test_who_may_only_read_figures_puts_none_right(sign_in, session):
    row_id = session.query(policy.Policy.id).filter_by(name="call_rings").scalar()
    manager, sent = sign_in("general_manager"), {"row": row_id, "value": "4", "valid_from": "2000-01-01"}
    assert "row=" not in manager.get("/figures/call_rings").text
    assert manager.post("/figures/call_rings", sent).status_code == 403


def test_the_editor_tells_every_figure_and_enters_a_dated_one_after_a_look(sign_in, session):
    from datetime import timedelta

    from app.core import here

    admin, soon = sign_in("admin"), here.today() + timedelta(days=10)
    page = admin.get("/figures/").text
    assert all(str(known.label) in page for known in policy.declared().values())
    for name, typed, kept, words in (
        ("tariff_waste_removal", {"value": "1,250.50"}, 125_050, "1,250.50"),
        ("gate_hours_apply", {"value": "1"}, True, "是"),
        ("documents_tenant", {"value": ["lease", "identity_card"]}, ["lease", "identity_card"], "租赁"),
        ("gate_holidays", {"value": ["2026-10-01", "", "2026-10-02"]}, ["2026-10-01", "2026-10-02"], "2026-10-02"),
        ("gate_hours", {"from": ["07:30", ""], "to": ["12:00", ""]}, ["07:30-12:00"], "07:30-12:00"),
        ("claim_order", {"place_invited": "1", "place_archived": "2", "place_first_contact": "2"},
         [["invited"], ["first_contact", "archived"]], "2. "),
    ):  # fmt: skip
        asked = {**typed, "valid_from": str(soon)}
        look = admin.get(f"/figures/{name}/preview", query_string=asked)
        assert look.status_code == 200 and words in look.text, name
        assert policy.in_force(session, name, soon) != kept, "looking changes nothing"
        assert admin.post(f"/figures/{name}", {**asked, "once_token": f"t-{name}"}).status_code == 302, name
        assert admin.post(f"/figures/{name}", {**asked, "once_token": f"u-{name}"}).status_code == 422, (
            "twice the same day"
        )
        session.rollback()
        assert policy.in_force(session, name, soon) == kept
        assert policy.in_force(session, name, here.today()) == policy.declared()[name].default, "until then as it was"
        told = admin.get(f"/figures/{name}").text
        assert words in told and "将来" in told and "登记" in told


def test_the_editor_keeps_what_was_typed_wrong_and_who_may_only_read_enters_nothing(sign_in):
    admin, manager = sign_in("admin"), sign_in("general_manager")
    wrong = admin.get("/figures/dispatch_a_day/preview", query_string={"value": "0", "valid_from": "2030-01-01"})
    assert wrong.status_code == 422 and 'value="0"' in wrong.text and "2030-01-01" in wrong.text
    late = admin.get("/figures/dispatch_a_day/preview", query_string={"value": "3", "valid_from": "昨天"})
    assert late.status_code == 422
    past = admin.get("/figures/dispatch_a_day/preview", query_string={"value": "3", "valid_from": "2020-01-01"})
    assert "日期在过去" in past.text
    assert manager.get("/figures/dispatch_a_day").status_code == 200
    assert "preview" not in manager.get("/figures/dispatch_a_day").text
    assert manager.post("/figures/dispatch_a_day", {"value": "3", "valid_from": "2030-01-01"}).status_code == 403
    assert sign_in("cashier").get("/figures/").status_code == 403
    assert admin.get("/figures/no_such_figure").status_code == 404


def test_of_one_name_and_day_there_is_one_figure_for_all_estates(app, api, session, caplog):
    import json

    from flask_migrate import downgrade, upgrade
    from sqlalchemy import text

    from app.core import here

    given = {"name": "dispatch_a_day", "valid_from": "2026-11-01"}
    admin = api("admin")
    assert admin.post("policy/", value=3, **given).status_code == 201
    twice = admin.post("policy/", value=4, **given)
    assert (twice.status_code, set(twice.json["errors"])) == (422, {"valid_from"})
    session.remove()
    downgrade(revision="0025")
    older = text("INSERT INTO policy (id, name, valid_from, value, version, created_at, updated_at) VALUES"
                 " (:id, :name, '2026-11-01', :value, 1, :now, :now)")  # fmt: skip
    for number, value in ((9001, 5), (9002, 6)):
        row = {"id": number, "name": "dispatch_a_day", "value": json.dumps(value), "now": here.now()}
        session.execute(older, row)
    session.commit()
    upgrade()
    standing = session.execute(text("SELECT id, note FROM policy WHERE name = 'dispatch_a_day' ORDER BY id")).all()
    assert 9002 in [each.id for each in standing]
    assert 9001 not in [each.id for each in standing]
    assert caplog.text.count("a later row of the same day stands") == 2
    assert policy.in_force(session, "dispatch_a_day", here.today()) == 6
