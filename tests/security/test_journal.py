"""The journal: what is told, in the same transaction, chained, append-only, kept."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.core import here, journal
from app.core.journal import JournalEntry
from app.demo.desk import Desk
from app.extensions import db
from app.models import Lead
from tests.conftest import PASSWORD
from tests.security.test_sign_in import user


@pytest.fixture
def world() -> str:
    return "demo"


def entries(**where: Any) -> list[JournalEntry]:
    db.session.rollback()
    query = select(JournalEntry).filter_by(**where).order_by(JournalEntry.id)
    return list(db.session.execute(query.execution_options(populate_existing=True)).scalars())


def last(verb: str) -> JournalEntry:
    return entries(verb=verb)[-1]


def test_a_change_tells_who_when_where_from_what_before_and_after(api: Any) -> None:
    manager = api("account_manager")
    [lead, *_] = Desk(db.session).ids("lead", state="new")
    assert manager.put(f"lead/{lead}", estate_name="望江花园").status_code == 200
    told = last("edit")
    assert (told.table_name, told.row_id, told.user_id) == ("lead", lead, user("account_manager"))
    assert told.after == {"estate_name": "望江花园"}
    assert told.before
    assert told.address == "127.0.0.1"
    assert told.at.tzinfo is not None


def test_refusals_reveals_exports_imports_sign_ins_and_roles_are_told(api: Any, sign_in: Any, app: Any) -> None:
    manager, admin = api("account_manager"), sign_in("admin")
    [lead, *_] = Desk(db.session).ids("lead", state="measured")
    assert manager.post(f"lead/{lead}/propose_invalid", reason="no_plan", customer_words="不装了").status_code == 422
    assert last("propose_invalid").result == "refused"
    refused = app.test_client().post(
        "/api/v1/security/login", json={"username": "cashier", "password": "wrong horse", "provider": "db"}
    )
    assert refused.status_code == 401
    assert last("sign_in").result == "refused"
    assert last("sign_in").row_id == user("cashier")
    client = api("admin")
    assert client.post(f"lead/{lead}/reveal", column="phone", reason="客户投诉核实").status_code == 200
    told = last("reveal")
    assert (told.row_id, told.note["column"], told.note["reason"]) == (lead, "phone", "客户投诉核实")
    assert manager.get("lead/export").status_code == 200
    assert last("export").note["rows"] > 0
    assert admin.post(f"/user/{user('gate2')}", {"roles": "cashier", "active": "1"}).status_code == 302
    told = last("change_account")
    assert (told.before["roles"], told.after["roles"]) == (["gate"], ["cashier"])
    page = admin.get("/journal/?verb=change_account")
    assert page.status_code == 200
    assert "收费员" in page.text
    assert manager.get("journal/").status_code in (403, 404)
    assert api("designer").post(f"lead/{lead}/dispatch", designer=1).status_code == 403
    assert [e for e in entries(result="forbidden") if e.user_id == user("designer")] or last("dispatch") is not None


def test_whoever_sees_a_persons_data_in_full_is_told(api: Any, sign_in: Any) -> None:
    [lead, *_] = Desk(db.session).ids("lead", state="new")
    before = len(entries(verb="view"))
    assert api("account_manager").get(f"lead/{lead}").status_code == 200
    told = last("view")
    assert (told.table_name, told.row_id, told.user_id) == ("lead", lead, user("account_manager"))
    assert told.note["columns"] == ["phone", "address"]
    assert Desk(db.session).one("lead", lead).phone not in repr((told.before, told.after, told.note, told.row_label))
    sign_in("marketing_manager")  # a page tells the same, of what is in clear there
    assert sign_in("account_assistant").get(f"/lead/{lead}").status_code == 200
    assert last("view").user_id == user("account_assistant")
    assert len(entries(verb="view")) == before + 2
    for username, path in (("auditor", f"/lead/{lead}"), ("account_manager", "/lead/"), ("admin", f"/lead/{lead}")):
        assert sign_in(username).get(path).status_code == 200
    assert len(entries(verb="view")) == before + 2  # masked, or a list
    assert "查看个人资料" in sign_in("auditor").get("/journal/?verb=view").text
    assert "查看个人资料" not in sign_in("account_manager").get(f"/lead/{lead}").text


def test_what_failed_leaves_no_entry_of_it(api: Any) -> None:
    manager = api("account_manager")
    [lead, *_] = Desk(db.session).ids("lead", state="new")
    before = len(entries(verb="edit"))
    assert manager.put(f"lead/{lead}", phone="123").status_code == 422
    assert len(entries(verb="edit")) == before


@pytest.mark.parametrize(
    "order",
    [
        "UPDATE journal_entry SET who = 'x' WHERE id = 3", "DELETE FROM journal_entry WHERE id = 3",
        "DELETE FROM journal_entry", "UPDATE journal_entry SET note = NULL",
    ],
)  # fmt: skip
def test_the_database_itself_refuses_to_change_an_entry(app: Any, order: str) -> None:
    with pytest.raises(DBAPIError):
        db.session.execute(text(order))
        db.session.commit()
    db.session.rollback()
    assert journal.first_broken(db.session) is None


@pytest.mark.parametrize("order", [
    "UPDATE journal_entry SET who = 'nobody' WHERE id = 5", "DELETE FROM journal_entry WHERE id = 5",
    "UPDATE journal_entry SET at = '2020-01-01 00:00:00' WHERE id = 5",
    "DELETE FROM journal_entry WHERE id = (SELECT max(id) FROM journal_entry)",
    "UPDATE journal_head SET last_hash = 'x'",
])  # fmt: skip
def test_verify_finds_what_somebody_with_the_keys_to_the_database_did(app: Any, command: Any, order: str) -> None:
    assert command("journal", "verify").exit_code == 0
    if db.engine.dialect.name == "sqlite":
        for trigger in ("journal_entry_stays", "journal_entry_is_kept"):
            db.session.execute(text(f"DROP TRIGGER {trigger}"))
    else:
        db.session.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER ALL"))
    db.session.execute(text(order))
    db.session.commit()
    answer = command("journal", "verify")
    assert answer.exit_code == 1
    assert "日志" in answer.output


def test_old_entries_go_by_a_named_command_that_is_told(app: Any, command: Any, api: Any, time_machine: Any) -> None:
    young = here.today() - timedelta(days=179)
    assert command("journal", "trim", "--before", str(young), "--as", "admin").exit_code == 1
    began, count = here.now(), len(entries())
    time_machine.move_to(began + timedelta(days=200))
    assert api("admin").get("staff/").status_code == 200
    edge = (began + timedelta(days=10)).date()
    assert command("journal", "trim", "--before", str(edge), "--as", "admin").exit_code == 0
    left = entries()
    assert len(left) < count
    assert left[-1].verb == "journal_trim"
    assert left[-1].note["entries"] >= count
    assert journal.first_broken(db.session) is None


def test_a_clock_set_back_does_not_take_young_entries_along(
    app: Any, command: Any, api: Any, time_machine: Any
) -> None:
    began = here.now()
    time_machine.move_to(began - timedelta(days=3))
    api("cashier")  # an entry with an old time, behind young ones
    young = entries(verb="sign_in")[-1].id - 1
    time_machine.move_to(began + timedelta(days=179, hours=12))
    command("journal", "trim", "--before", str((began - timedelta(days=1)).date()), "--as", "admin")
    assert [e.id for e in entries() if e.id == young] == [young]


def test_the_journals_page_is_for_three_roles(sign_in: Any) -> None:
    for role in ("admin", "general_manager", "auditor"):
        page = sign_in(role).get("/journal/?verb=sign_in")
        assert page.status_code == 200
        assert "登录" in page.text
    assert sign_in("service_manager").get("/journal/").status_code == 403


def test_what_was_looked_at_and_what_has_no_name_is_called_as_in_its_list(sign_in: Any, session: Any) -> None:
    lead = session.query(Lead).order_by(Lead.id).first()
    session.commit()
    sign_in("account_manager").get(f"/lead/{lead.id}")
    page = sign_in("auditor").get("/journal/?table=lead&verb=view").text
    assert f'<a href="/lead/{lead.id}">{lead.number} {lead.customer_name}</a>' in page
    lines = sign_in("auditor").get("/journal/?table=follow_up").text
    assert lines.count("/follow_up/") and not re.search(r'href="/follow_up/\d+">\d+<', lines)


def test_nothing_personal_reaches_a_log(app: Any, api: Any, sign_in: Any, caplog: pytest.LogCaptureFixture) -> None:
    import logging

    caplog.set_level(logging.DEBUG)
    desk, manager = api("front_desk"), api("account_manager")
    secret = ("13577272786", "11010519491231002X", PASSWORD, "wrong horse 42")
    desk.post("lead/", phone="13577272786", customer_name="王")
    manager.get("lead/?q=(filters:!((col:phone,opr:eq,value:'13577272786')))")
    api("renovation_clerk").post("worker/", name="魏", id_number="11010519491231002X")
    app.test_client().post("/api/v1/security/login", json={"username": "x", "password": "wrong horse 42"})
    sign_in("cashier")
    for each in secret:
        assert each not in caplog.text
    kept = " ".join(
        repr(tuple(row)) for row in db.session.execute(text("SELECT before, after, note, who FROM journal_entry"))
    )
    assert "11010519491231002X" not in kept
    assert PASSWORD not in kept
    assert "wrong horse 42" not in kept
