"""Reminders: told in the transaction of what happens, or once a morning; to those named who may see the record."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core import here
from app.core.constraints import MISSING
from app.core.reminding import keeping, mornings, telling
from app.demo.desk import Desk
from app.extensions import db

LEAD = {"customer_name": "王思远", "phone": "13800138000", "address": "13栋2503", "floor_area": 89.5, "source": "walk_in",
        "renovation_on": "2099-01-10"}  # fmt: skip
WORDS = {"zh": "大单来了", "en": "A big one"}


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    keeping._in_force.clear()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The house's clock stands at this hour, so many days from today."""
    today, real = here.today(), here.now

    def _at(hour: int | None, days: int = 0) -> None:
        if hour is None:
            monkeypatch.setattr(here, "now", real)
            return
        instant = datetime.combine(today + timedelta(days=days), time(hour), here.house_zone())
        monkeypatch.setattr(here, "now", lambda: instant)

    return _at


def declare(sign_in: Any, table: str = "lead", status: int = 302, **given: Any) -> str:
    answer = sign_in("admin").post(f"/reminder/new?table={table}", {"table": table, **WORDS, **given})
    assert answer.status_code == status, answer.text[-900:]
    return str(answer.text)


def told(session: Any, account: str) -> list[tuple[str, str]]:
    staff = Desk(session).person(account).staff_id
    asked = text("SELECT zh, link FROM notice WHERE staff_id = :staff AND zh LIKE :head ORDER BY id")
    return [tuple(each) for each in session.execute(asked, {"staff": staff, "head": f"{WORDS['zh']}：%"}).all()]


def test_who_may_see_it_is_told_and_not_who_did_it(sign_in: Any, session: Any) -> None:
    declare(sign_in, verbs=["add"], roles=["account_manager", "front_desk", "gate"])
    desk = Desk(session)
    row = desk.enter("lead", "front_desk", **LEAD)
    number = desk.one("lead", row).number
    assert told(session, "account_manager") == [(f"大单来了：客户 {number}。", f"/lead/{row}")]
    assert told(session, "front_desk") == []  # who did it
    assert told(session, "gate") == []  # a gate sees no customers
    desk.do("lead", row, "follow_up", "account_manager", way="phone", note="已联系")
    assert len(told(session, "account_manager")) == 1


@pytest.mark.parametrize(("budget", "times"), [(9_999_999, 0), (10_000_000, 1), (None, 0)])
def test_only_of_rows_that_fulfil_the_condition(sign_in: Any, session: Any, budget: int | None, times: int) -> None:
    declare(sign_in, verbs=["add"], roles=["account_manager"], **{":where:budget_fen.gte": "100000"})
    Desk(session).enter("lead", "front_desk", **LEAD, **({"budget_fen": budget} if budget else {}))
    assert len(told(session, "account_manager")) == times


def test_the_staff_whom_a_record_names(sign_in: Any, session: Any) -> None:
    declare(sign_in, verbs=["edit"], people=["created_by"])
    desk = Desk(session)
    row = desk.enter("lead", "front_desk", **LEAD)
    assert sign_in("account_manager").post(f"/lead/{row}/edit", {"remarks": "下周再联系"}).status_code == 302
    assert len(told(session, "front_desk")) == 1
    assert told(session, "account_manager") == []


def test_of_many_rows_at_once_one_is_told_by_their_number(sign_in: Any, session: Any) -> None:
    declare(sign_in, verbs=["add", "import"], roles=["account_manager"])
    rule, desk = keeping.in_force("lead")[0], Desk(session)
    ids = [desk.enter("lead", "front_desk", **{**LEAD, "phone": f"1380013800{n}"}) for n in range(4)]
    session.execute(text("DELETE FROM notice"))
    with here.as_house():
        telling.tell(session, rule, ids[:3])
        assert len(told(session, "account_manager")) == 3
        telling.tell(session, rule, ids)
    assert told(session, "account_manager")[3:] == [("大单来了：4 条客户。", "/lead/")]


def test_what_is_taken_back_is_not_told(sign_in: Any, session: Any) -> None:
    declare(sign_in, verbs=["edit"], roles=["account_manager"])
    row = Desk(session).enter("lead", "front_desk", **LEAD)
    with here.as_house():
        Desk(session).one("lead", row).remarks = "x"
        session.flush()
        session.rollback()
    assert told(session, "account_manager") == []


def test_days_before_a_day_once_a_morning_and_those_that_were_missed(sign_in: Any, session: Any, at: Any) -> None:
    """Three days before the day of the next contact: not before seven, and not twice."""
    today = here.today()
    declare(sign_in, day_of="next_contact_on", before="1", days="3", people=["created_by"])
    desk = Desk(session)

    def due(days: int) -> int:
        row = desk.enter("lead", "front_desk", **{**LEAD, "phone": f"138001380{days:02d}"})
        day = {"day": today + timedelta(days=days), "id": row}
        session.execute(text("UPDATE lead SET next_contact_on = :day WHERE id = :id"), day)
        session.commit()
        return row

    rows = [due(days) for days in (2, 3, 4, 5)]
    at(6)
    assert mornings.look(session) == 0
    at(7)
    assert mornings.look(session) == 1
    assert mornings.look(session) == 0
    assert [link for _, link in told(session, "front_desk")] == [f"/lead/{rows[1]}"]
    at(9, days=2)  # nobody looked tomorrow
    assert mornings.look(session) == 2
    assert [link for _, link in told(session, "front_desk")][1:] == [f"/lead/{rows[2]}", f"/lead/{rows[3]}"]
    at(9, days=40)  # after a long rest a week is made up for
    late = due(38)
    assert mornings.look(session) == 1, told(session, "front_desk")
    assert told(session, "front_desk")[3:][0][1] == f"/lead/{late}"


def test_a_stopped_one_is_silent_and_goes_on_from_that_day(sign_in: Any, session: Any, at: Any) -> None:
    declare(sign_in, verbs=["add"], day_of="next_contact_on", days="0", people=["created_by"])
    admin = sign_in("admin")
    assert admin.post("/reminder/1/archive").status_code == 302
    row = Desk(session).enter("lead", "front_desk", **LEAD)
    session.execute(text("UPDATE lead SET next_contact_on = :day WHERE id = :id"), {"day": here.today(), "id": row})
    session.commit()
    at(8)
    assert mornings.look(session) == 0
    assert told(session, "front_desk") == []
    at(None)
    assert admin.post("/reminder/1/restore").headers["Location"] == "/reminder/"
    at(8)
    assert mornings.look(session) == 1


@pytest.mark.on("postgresql")
def test_two_workers_that_look_at_once_tell_it_once(app: Flask, sign_in: Any, session: Any, at: Any) -> None:
    declare(sign_in, day_of="next_contact_on", days="0", people=["created_by"])
    row = Desk(session).enter("lead", "front_desk", **LEAD)
    session.execute(text("UPDATE lead SET next_contact_on = :day WHERE id = :id"), {"day": here.today(), "id": row})
    session.commit()
    at(8)
    ready, found = Barrier(4), list[int]()

    def work() -> None:
        with app.app_context():
            ready.wait()
            found.append(mornings.look(db.session))  # type: ignore[arg-type]
            db.session.remove()

    threads = [Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == [0, 0, 0, 1]
    assert len(told(session, "front_desk")) == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"roles": ["cashier"]}, keeping.MISSING_WHEN),
        ({"verbs": ["add"]}, keeping.MISSING_WHOM),
        ({"verbs": ["nothing"], "roles": ["cashier"]}, keeping.MISSING_WHEN),
        ({"day_of": "created_at", "roles": ["cashier"]}, keeping.MISSING_WHEN),
        ({"verbs": ["add"], "roles": ["nobody"], "people": ["customer_name"]}, keeping.MISSING_WHOM),
        ({"day_of": "filed_on", "days": "-1", "roles": ["cashier"]}, "0 至 366"),
        ({"day_of": "filed_on", "days": "367", "roles": ["cashier"]}, "0 至 366"),
        ({"verbs": ["add"], "roles": ["cashier"], ":where:budget_fen.gte": "很多"}, "金额看不明白"),
        ({"verbs": ["add"], "roles": ["cashier"], "zh": ""}, MISSING),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_and_what_was_typed_stands(given: Any, sentence: Any, sign_in: Any) -> None:
    page = declare(sign_in, status=422, **{"en": "Kept words", **given})
    assert str(sentence) in page
    assert "Kept words" in page


def test_a_reminder_is_changed_and_told_to_the_journal(sign_in: Any, session: Any) -> None:
    declare(
        sign_in, "permit", day_of="valid_until", before="1", days="3", roles=["gate"], **{":where:state": ["valid"]}
    )
    admin = sign_in("admin")
    listed = admin.get("/reminder/").text
    assert "有效期至之前 3 天；状态为有效" in listed
    assert 'name="days" value="0"' in admin.get("/reminder/new?table=permit").text
    form = admin.get("/reminder/1").text
    assert 'name="days" value="3"' in form
    assert 'name=":where:state" value="valid" checked' in form
    changed = {**WORDS, "day_of": "valid_until", "days": "5", "roles": ["gate"], "table": "permit"}
    assert admin.post("/reminder/1", changed).status_code == 302
    assert "有效期至之后 5 天" in admin.get("/reminder/").text
    kept = (
        session.execute(text("SELECT verb FROM journal_entry WHERE table_name = 'reminder' ORDER BY id"))
        .scalars()
        .all()
    )
    assert kept == ["add", "edit"]
    assert sign_in("account_manager").get("/reminder/").status_code in (403, 404)
    assert isinstance(session.execute(text("SELECT looked_at FROM reminder")).scalar(), date | str)
