"""Asking a colleague: only who sees the record, theirs to answer, told in numbers, and leaking to nobody."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.core import here
from app.core.assigning.table import Assignment
from app.core.notices import Notice
from app.demo.desk import Desk
from tests.core.test_following import LEAD, unread
from tests.core.test_lists import counted
from tests.core.test_openapi import of
from tests.core.test_openapi import told as described  # noqa: F401  (a fixture)

TEXT = "请周五前回访，确认户型"


@pytest.fixture
def desk(session: Any) -> Desk:
    return Desk(session)


@pytest.fixture
def lead(desk: Desk) -> int:
    return desk.enter("lead", "front_desk", **LEAD, customer_name="张三", phone="13800138000")


def ask(who: Any, desk: Desk, lead: int, to: str = "account_manager", status: int = 302, **also: str) -> Any:
    given = {"to": str(desk.staff_id(to)), "text": TEXT, **also}
    asked = who.post(f"/lead/{lead}/assign", given, headers={"HX-Request": "1"} if status == 422 else {})
    assert asked.status_code == status, asked.text[-900:]
    return asked


def only(desk: Desk) -> Assignment:
    desk.session.rollback()
    return desk.session.query(Assignment).order_by(Assignment.id.desc()).first()  # type: ignore[no-any-return]


def test_what_is_asked_is_in_the_inbox_until_it_is_answered(sign_in: Any, desk: Desk, lead: int) -> None:
    clerk, manager, assistant = sign_in("front_desk"), sign_in("account_manager"), sign_in("account_assistant")
    assistant.post(f"/lead/{lead}/follow")
    due = here.today() + timedelta(days=2)
    ask(clerk, desk, lead, due_on=due.isoformat())
    [told] = unread(desk, "account_manager")
    number = desk.one("lead", lead).number
    assert number in told and str(due) in told and TEXT not in told and "张三" not in told
    assert desk.session.execute(select(Notice.asks).where(Notice.zh == told)).scalar() is True
    assert "「交办」" in unread(desk, "account_assistant")[0]
    home = manager.get("/").text
    assert "同事交办" in home and TEXT in home and str(due) in home and "逾期" not in home
    assert "同事交办" not in clerk.get("/").text
    assert f'href="/lead/{lead}#asked"' in home and 'id="asked"' in manager.get(f"/lead/{lead}").text
    assert unread(desk, "account_manager") == [told], "not before it stands before them"
    story = manager.get(f"/lead/{lead}/part/story").text
    assert unread(desk, "account_manager") == []
    assert TEXT in story and "已办完" in story and "<b>交办</b>" in story
    assert "已办完" not in clerk.get(f"/lead/{lead}/part/story").text
    one = only(desk)
    assert clerk.post(f"/lead/{lead}/assign/{one.id}", {"do": "assign_done"}).status_code == 404, "not theirs"
    back = manager.post(f"/lead/{lead}/assign/{one.id}", {"do": "assign_decline"}, headers={"HX-Request": "1"})
    assert back.status_code == 422 and f'id="fault-{one.id}-answer"' in back.text
    assert manager.post(f"/lead/{lead}/assign/{one.id}", {"do": "assign_done", "answer": "已回访"}).status_code == 302
    assert manager.post(f"/lead/{lead}/assign/{one.id}", {"do": "assign_done"}).status_code == 404, "once"
    assert "办完了您交办的" in unread(desk, "front_desk")[0]
    assert "同事交办" not in manager.get("/").text
    story = clerk.get(f"/lead/{lead}/part/story").text
    assert "已回访" in story and "<b>办完交办</b>" in story
    kept = str(desk.session.execute(text("SELECT note, before, after FROM journal_entry")).all())
    assert TEXT not in kept and "已回访" not in kept


def test_only_who_may_see_the_record_asks_and_is_asked(sign_in: Any, desk: Desk, lead: int) -> None:
    clerk = sign_in("front_desk")
    assert "看不到这条记录" in ask(clerk, desk, lead, "salesperson", 422).text
    assert "看不到这条记录" in ask(clerk, desk, lead, "cashier", 422).text
    assert sign_in("cashier").post(f"/lead/{lead}/assign", {"to": "1", "text": "x"}).status_code == 403
    assert ask(sign_in("salesperson"), desk, lead, status=404)
    assert "不要写手机号" in ask(clerk, desk, lead, status=422, text="请打 13800138000").text
    past = (here.today() - timedelta(days=1)).isoformat()
    assert "期限已过" in ask(clerk, desk, lead, status=422, due_on=past).text
    assert only(desk) is None
    for _ in "twice":
        ask(clerk, desk, lead, once_token="one")
    assert only(desk).id == 1 and len(unread(desk, "account_manager")) == 1, "a double click"


def test_the_inbox_tells_nothing_of_what_is_out_of_reach_by_now(sign_in: Any, api: Any, desk: Desk, lead: int) -> None:
    ask(sign_in("front_desk"), desk, lead)
    one = only(desk)
    manager = sign_in("account_manager")
    assert TEXT in manager.get("/").text
    role = "(SELECT id FROM ab_role WHERE name = 'salesperson')"
    desk.session.execute(
        text(
            f"UPDATE ab_user_role SET role_id = {role} WHERE user_id = (SELECT id FROM ab_user WHERE username = 'account_manager')"
        )
    )
    desk.session.commit()
    assert TEXT not in manager.get("/").text and desk.one("lead", lead).number not in manager.get("/").text
    assert manager.post(f"/lead/{lead}/assign/{one.id}", {"do": "assign_done"}).status_code == 404
    client = api("account_manager")
    assert client.get("assignments").json == {"result": []}
    assert client.get(f"lead/{lead}/assignments").status_code == 404
    assert client.post(f"lead/{lead}/assignments/{one.id}/done").status_code == 404


def test_it_is_handed_on_when_somebody_is_away(sign_in: Any, desk: Desk, lead: int) -> None:
    clerk = sign_in("front_desk")
    with here.as_house():
        staff = desk.one("staff", desk.staff_id("account_manager"))
        staff.absent_from, staff.absent_until = here.today(), here.today() + timedelta(days=3)
        staff.superior_id = desk.staff_id("general_manager")
        desk.session.commit()
    ask(clerk, desk, lead)
    assert f"请假到 {here.today() + timedelta(days=3)}" in clerk.get("/").text
    one = only(desk)
    where, to = f"/lead/{lead}/assign/{one.id}", str(desk.staff_id("account_assistant"))
    assert sign_in("account_assistant").post(where, {"do": "assign_on", "to": to}).status_code == 404
    refused = clerk.post(where, {"do": "assign_on", "to": str(desk.staff_id("cashier"))}, headers={"HX-Request": "1"})
    assert refused.status_code == 422
    assert sign_in("general_manager").post(where, {"do": "assign_on", "to": to}).status_code == 302
    assert only(desk).to_id == desk.staff_id("account_assistant")
    assert "请您办理" in unread(desk, "account_assistant")[0]
    assert "转给了别人" in unread(desk, "account_manager")[-1] and "转给了别人" in unread(desk, "front_desk")[0]
    assert clerk.post(where, {"do": "assign_withdraw"}).status_code == 302
    assert only(desk).state == "withdrawn" and "撤回了" in unread(desk, "account_assistant")[-1]


def test_a_list_is_narrowed_to_what_is_asked_of_me_by_an_index(sign_in: Any, desk: Desk, lead: int) -> None:
    other = desk.enter("lead", "front_desk", **LEAD, customer_name="李四", phone="13800138001")
    manager = sign_in("account_manager")
    ask(sign_in("front_desk"), desk, lead, due_on=here.today().isoformat())
    page = manager.get("/lead/?is=assigned").text
    assert "交办给我" in page and desk.one("lead", lead).number in page and desk.one("lead", other).number not in page
    assert manager.get("/lead/export?is=assigned&columns=number").text.count("KH-") == 1
    if desk.session.get_bind().dialect.name == "sqlite":
        plan = "EXPLAIN QUERY PLAN SELECT id FROM lead WHERE id IN (SELECT row_id FROM assignment WHERE to_id = 1 AND state = 'open' AND table_name = 'lead')"
        told = " ".join(row[-1] for row in desk.session.execute(text(plan)))
        assert "ix_assignment_to" in told and "SCAN lead" not in told
    with here.as_house():
        desk.session.delete(desk.one("lead", lead))
        desk.session.commit()
    assert only(desk) is None, "what was asked about it goes with it"


@pytest.mark.on("sqlite")
def test_an_inbox_costs_a_statement_a_table_not_one_an_assignment(sign_in: Any, desk: Desk, lead: int) -> None:
    manager, clerk = sign_in("account_manager"), sign_in("front_desk")
    ask(clerk, desk, lead)

    def home() -> int:
        return counted(lambda: manager.get("/"))

    home()
    before = home()
    for _ in range(3):
        ask(clerk, desk, lead)
    assert home() == before
    with here.as_house():
        desk.session.execute(text("UPDATE assignment SET due_on = :then"), {"then": here.today() - timedelta(days=2)})
        desk.session.commit()
    assert "已逾期 2 天" in manager.get("/").text


@pytest.mark.on("sqlite")
def test_the_api_follows_and_asks_as_described(sign_in: Any, api: Any, desk: Desk, lead: int, described: Any) -> None:  # noqa: F811
    from tests.core.test_openapi import check

    client, clerk = api("account_manager"), api("front_desk")
    where, path = f"lead/{lead}/follow", "/api/v1/lead/{id}/follow"
    for way, following in (
        ("get", False),
        ("put", True),
        ("put", True),
        ("get", True),
        ("delete", False),
        ("delete", False),
    ):
        answer = getattr(client, way)(where)
        assert (answer.status_code, answer.json) == (200, {"id": lead, "following": following}), way
        check(described, answer.json, of(described, path, way, "200"))
    assert api("cashier").put(where).status_code == 403 and api("salesperson").put(where).status_code == 404
    assert client.put("nothing/1/follow").status_code == 404
    made = clerk.post(
        f"lead/{lead}/assignments", to=desk.staff_id("account_manager"), text=TEXT, due_on=here.today().isoformat()
    )
    assert made.status_code == 201, made.text
    check(described, made.json, of(described, "/api/v1/lead/{id}/assignments", "post", "201"))
    refused = clerk.post(f"lead/{lead}/assignments", text="")
    assert refused.status_code == 422 and set(refused.json["errors"]) == {"text", "to"}
    one = made.json["id"]
    [mine] = client.get("assignments").json["result"]
    check(described, {"result": [mine]}, of(described, "/api/v1/assignments", "get", "200"))
    assert (mine["id"], mine["text"], mine["table"], mine["row_id"], mine["overdue"]) == (
        one,
        TEXT,
        "lead",
        lead,
        False,
    )
    assert client.post(f"lead/{lead}/assignments/{one}/decline").json["errors"].keys() == {"answer"}
    done = client.post(f"lead/{lead}/assignments/{one}/decline", answer="这户归二组")
    check(described, done.json, of(described, "/api/v1/lead/{id}/assignments/{assignment}/decline", "post", "200"))
    assert [(each["state"], each["answer"]) for each in clerk.get(f"lead/{lead}/assignments").json["result"]] == [
        ("declined", "这户归二组")
    ]
