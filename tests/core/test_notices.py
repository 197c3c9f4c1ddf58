"""The bell: one's own notices only, in one's own language; seen when they are opened."""

from collections.abc import Callable
from typing import Any

import pytest

from app.core import here, notices
from app.core.words import say
from app.demo.desk import Desk
from tests.core.test_lists import counted


def told(session: Any, username: str, link: str = "/lead/") -> int:
    with here.as_house():
        notices.tell(session, [Desk(session).staff_id(username)], say("导出已完成。", "The export is done."), link)
        session.commit()
        return max(notice.id for notice in session.query(notices.Notice))


def test_a_notice_is_counted_until_it_is_opened(sign_in: Callable[[str], Any], session: Any) -> None:
    first, _ = told(session, "cashier"), told(session, "cashier", "")
    cashier = sign_in("cashier")
    assert cashier.get("/notices/count").json == {"unseen": 2}
    assert "导出已完成。" in cashier.get("/notices/").text
    opened = cashier.post(f"/notices/{first}/open")
    assert (opened.status_code, opened.location) == (302, "/lead/")
    assert cashier.get("/notices/count").json == {"unseen": 1}
    assert cashier.post("/notices/seen").location == "/notices/"
    assert cashier.get("/notices/count").json == {"unseen": 0}


def test_nobody_sees_or_opens_anothers(sign_in: Callable[[str], Any], session: Any) -> None:
    number = told(session, "cashier")
    gate = sign_in("gate")
    assert gate.get("/notices/count").json == {"unseen": 0}
    assert "导出已完成" not in gate.get("/notices/").text
    assert gate.post(f"/notices/{number}/open").status_code == 404
    assert gate.post("/notices/seen").status_code == 302
    assert sign_in("cashier").get("/notices/count").json == {"unseen": 1}


@pytest.mark.on("sqlite")
def test_no_page_pays_for_the_bell_and_the_poll_is_two_statements(sign_in: Callable[[str], Any], session: Any) -> None:
    told(session, "cashier")
    cashier = sign_in("cashier")
    cashier.get("/keys/")
    assert counted(lambda: cashier.get("/keys/")) == 1  # who is it
    assert counted(lambda: cashier.get("/notices/count")) == 2


@pytest.mark.on("sqlite")
def test_the_poll_does_not_keep_a_session_alive(sign_in: Callable[[str], Any], session: Any) -> None:
    from sqlalchemy import text as sql

    cashier = sign_in("cashier")
    before = here.now().replace(tzinfo=None).isoformat(sep=" ")
    with here.as_house():
        session.execute(sql("UPDATE sign_in SET seen_at = datetime(:at, '-20 minutes')"), {"at": before})
        session.commit()
    seen = sql("SELECT max(seen_at) FROM sign_in")
    before = session.execute(seen).scalar_one()
    cashier.get("/notices/count")
    session.rollback()
    assert session.execute(seen).scalar_one() == before
    cashier.get("/keys/")
    session.rollback()
    assert session.execute(seen).scalar_one() > before
