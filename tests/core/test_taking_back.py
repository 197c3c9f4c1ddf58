"""A change in a record's history is taken back by hand: what may be seen and typed, saved as any edit is."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from app.core.journal import JournalEntry
from app.demo import names
from app.demo.desk import Desk
from app.extensions import db
from tests.core.test_forms import form_in
from tests.core.test_record_pages import part

TODAY = {"inquiry_on": "2026-11-20", "source": "walk_in"}
OFFER = re.compile(r'class="take-back" href="([^"]+)"')


@pytest.fixture
def lead(session: Any, sign_in: Any) -> int:
    """Entered, then changed by mistake in four fields."""
    entered = Desk(session).enter(
        "lead",
        "front_desk",
        customer_name="王思远",
        phone=names.phone(3),
        estate_name="锦绣花园",
        budget_fen=3_500_000,
        **TODAY,
    )
    session.commit()
    manager = sign_in("account_manager")
    sent = form_in(manager.get(f"/lead/{entered}/edit"))
    wrong = {**sent, "customer_name": "李四", "phone": names.phone(4), "budget_fen": "10", "estate_name": "别处"}
    assert manager.post(f"/lead/{entered}/edit", wrong).status_code == 302
    return entered


def offers(who: Any, lead: int) -> list[str]:
    return [each.replace("&amp;", "&") for each in OFFER.findall(part(who, "lead", lead, "history").text)]


def test_a_change_is_taken_back_through_the_form_and_the_journal_says_which(sign_in: Any, lead: int) -> None:
    manager = sign_in("account_manager")
    [offer] = offers(manager, lead)  # that it was entered is no change
    page = manager.get(offer)
    for told in ("别处", "锦绣花园", "35,000.00", names.phone(3)):
        assert told in page.text
    form = form_in(page)
    assert (form["customer_name"], form["budget_fen"], form["phone"]) == ("王思远", "35000.00", names.phone(3))
    refused = manager.post(f"/lead/{lead}/edit", {**form, "phone": "12"})
    assert refused.status_code == 422
    assert "改回为" in refused.text  # both sides are still there
    assert form_in(refused)["customer_name"] == "王思远"
    assert manager.post(f"/lead/{lead}/edit", {**form, "budget_fen": "36000"}).status_code == 302
    row = Desk(db.session).one("lead", lead)
    assert (row.customer_name, row.phone, row.budget_fen) == ("王思远", names.phone(3), 3_600_000)
    entry = db.session.execute(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).scalar_one()
    assert (entry.verb, entry.note) == ("edit", {"taken_back": int(re.search(r"take_back=(\d+)", offer)[1])})  # type: ignore[index]
    again = manager.get(offer)  # of that change the budget alone is not as it was
    assert re.findall(r'<td data-label="改回为"><ins>([^<]*)', again.text) == ["35,000.00"]


def test_what_is_as_it_was_is_not_offered_and_others_changes_are_merged(sign_in: Any, lead: int) -> None:
    manager, assistant = sign_in("account_manager"), sign_in("account_assistant")
    [offer] = offers(manager, lead)
    form = form_in(manager.get(offer))
    meanwhile = form_in(assistant.get(f"/lead/{lead}/edit"))
    assert assistant.post(f"/lead/{lead}/edit", {**meanwhile, "remarks": "周末有空"}).status_code == 302
    assert manager.post(f"/lead/{lead}/edit", form).status_code == 302
    row = Desk(db.session).one("lead", lead)
    assert (row.customer_name, row.remarks) == ("王思远", "周末有空")
    assert offer.split("&")[0] not in offers(manager, lead)
    assert manager.get(offer).location == f"/lead/{lead}"


def test_nothing_is_shown_or_offered_beyond_rights_scope_and_state(sign_in: Any, lead: int) -> None:
    [offer] = offers(sign_in("account_manager"), lead)
    desk, auditor = sign_in("front_desk"), sign_in("auditor")
    page = desk.get(offer)  # sees the number in part
    assert page.status_code == 200
    assert names.phone(3) not in page.text
    assert "锦绣花园" in page.text
    assert "联系电话" in page.text.split("不在此列")[1].split("</p>")[0]
    assert form_in(page)["phone"] == ""
    assert offers(auditor, lead) == []
    assert auditor.get(offer).status_code == 403
    assert sign_in("salesperson").get(offer).status_code == 404
    other = Desk(db.session).enter("lead", "front_desk", customer_name="张三", phone=names.phone(9), **TODAY)
    db.session.commit()
    assert sign_in("account_manager").get(offer.replace(f"/lead/{lead}/", f"/lead/{other}/")).status_code == 404


def test_what_was_forgotten_does_not_come_back(sign_in: Any, lead: int, session: Any) -> None:
    manager = sign_in("account_manager")
    [offer] = offers(manager, lead)
    row = Desk(session).one("lead", lead)
    row.customer_name, row.address, row.remarks = "（已匿名）", None, None
    session.commit()
    page = manager.get(offer)
    assert names.phone(3) not in page.text
    assert "王思远" not in page.text
    assert form_in(page)["estate_name"] == "锦绣花园"


@pytest.mark.parametrize("number", ["9" * 23, "9223372036854775807", "-1", "½"])
def test_a_number_that_nothing_can_have_leads_nowhere(sign_in: Any, lead: int, number: str) -> None:
    manager = sign_in("account_manager")
    for path in (
        f"/lead/{lead}/edit?take_back", "/lead/new?again", "/lead/new?copy", "/lead/deleted?before", f"/lead/{lead}/part/history?before",
        f"/lead/{lead}/part/story?comments_before", "/lead/?view", "/receipts/?after", "/exports/?after",
    ):  # fmt: skip
        assert manager.get(f"{path}={number}").status_code == 200, path
    assert manager.post(f"/lead/{lead}/edit", {"remarks": "周末", "take_back": number}).status_code == 302
    entry = db.session.execute(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).scalar_one()
    assert (entry.verb, entry.note) == ("edit", None)
