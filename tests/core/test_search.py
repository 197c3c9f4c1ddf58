"""The search box: short Chinese names, digits, pinyin; exact on both databases, and no oracle."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from app.core import here, search
from app.core.listing import Listing
from app.core.listing.matching import ids_matching
from app.core.reading import columns_for
from app.core.search import readings
from app.demo.desk import Desk
from app.leads.following.views import FollowUpRegister
from app.leads.views import LeadRegister
from app.models import FollowUp, Lead

NAMES = ("王思远", "单雪莹", "曾晓东", "区佳怡", "张伟", "单于飞", "解文", "仇英", "Tom O'Hara", "王思")
#: what is typed -> the names that are found
TYPED = {
    "思远": "王思远", "王思": "王思远 王思", "伟": "张伟", "莹": "单雪莹", "zhangwei": "张伟", "ZW": "张伟", "wei": "张伟",
    "shanxueying": "单雪莹", "sxy": "单雪莹", "zeng": "曾晓东", "xiaodong": "曾晓东", "oujy": "", "ojy": "区佳怡", "ou": "区佳怡",
    "chanyufei": "单于飞", "xiewen": "解文", "qiu": "仇英", "zhan": "张伟", "8003": "区佳怡", "13800138004": "张伟",
    "0138005": "单于飞", "伟 zw 8004": "张伟", "伟 8005": "", "o'h": "Tom O'Hara", "HARA": "Tom O'Hara", "王远": "",
    "' OR 1=1 --": "", '"': "", "\\": "", "%": "", "_": "", "*": "", "NEAR(": "",
}  # fmt: skip


@pytest.fixture
def leads(session: Any) -> Desk:
    desk = Desk(session)
    given = {"address": "13栋2503", "floor_area": 89.5, "renovation_on": "2099-01-10", "source": "walk_in"}
    for number, name in enumerate(NAMES):
        desk.enter("lead", "front_desk", **given, customer_name=name, phone=f"1380013800{number}")
    return desk


def found(desk: Desk, typed: str, username: str = "account_manager") -> list[list[str]]:
    """By the index within the statement, by its newest hits, by its hits for another order, and by none."""
    with here.acting_as(desk.person(username)):
        columns = [each for each in columns_for(Lead, LeadRegister.searched()) if each.comparable]
        box = search.Box(Lead, columns)
        ways = [None, search.ALL]
        ways += [
            box.hits(desk.session, typed, newest=search.NEWEST, most=most) for most in (search.NEWEST, search.MANY)
        ]
        query = select(Lead.customer_name).order_by(Lead.id)
        return [list(desk.session.execute(query.where(box.holds(typed, hits))).scalars()) for hits in ways]


def test_names_digits_and_pinyin_are_found(leads: Desk) -> None:
    for typed, names in TYPED.items():
        expected = [name for name in NAMES if name in names.split()] if typed not in ("o'h", "HARA") else [names]
        assert found(leads, typed) == [expected] * 4, typed


def test_the_command_box_finds_records_of_all_registers_as_this_person_may_see_them(leads: Desk) -> None:
    manager, auditor = leads.person("account_manager"), leads.person("auditor")
    found_one = search.find(leads.session, manager, "13800138004")
    assert [(each.table, each.label.split()[1]) for each in found_one] == [("lead", "张伟")]
    assert search.find(leads.session, auditor, "13800138004") == []
    assert search.find(leads.session, manager, " ") == []


def test_the_index_follows_whatever_is_written(leads: Desk) -> None:
    session = leads.session
    assert search.missing_index_rows(session) == {}
    session.execute(
        text("UPDATE lead SET customer_name = '欧阳锋', phone = '13955550000' WHERE customer_name = '张伟'")
    )
    assert found(leads, "zhangwei") == [[]] * 4
    assert found(leads, "13800138004") == [[]] * 4
    assert found(leads, "ouyangfeng") == [["欧阳锋"]] * 4
    session.rollback()
    assert found(leads, "zhangwei") == [["张伟"]] * 4
    assert found(leads, "ouyangfeng") == [[]] * 4
    assert search.missing_index_rows(session) == {}
    session.rollback()
    assert sum(search.reindex(session).values()) > len(NAMES)
    assert search.missing_index_rows(session) == {}
    assert found(leads, "zhangwei") == [["张伟"]] * 4


# --- the same as by hand, on random rows ----------------------------------------------------

SIGNS = "王李张单曾解仇区长乐思远雨桐伟芳A-b1"
SEARCHED = ("number", "customer_name", "phone", "estate_name", "address")


def random_rows(chance: Random, count: int, designer: int) -> list[dict[str, Any]]:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return [
        {
            "number": f"KH-2026-{number:06d}", "customer_name": "".join(chance.choices(SIGNS, k=chance.randint(1, 4))),
            "phone": f"13{number * 7919 % 10**6:09d}", "address": f"{chance.randint(1, 30)}栋{chance.randint(1, 99)}",
            "estate_name": chance.choice(["翠湖花园", "阳光100", "Sunny Bay", None]), "floor_area": 90, "source": "phone",
            "inquiry_on": date(2026, 1, 1) + timedelta(days=chance.randint(0, 300)), "state": chance.choice(["new", "invalid"]),
            "created_at": at, "updated_at": at, "version": 1, "designer_id": designer if chance.random() < 0.1 else None,
        }
        for number in range(100_000, 100_000 + count)
    ]  # fmt: skip


def holds(row: Any, typed: str, columns: tuple[str, ...], known: dict[str, str]) -> bool:
    """What `Box.holds` asks of the database, by hand."""
    values = [getattr(row, name) or "" for name in columns]
    names = [getattr(row, name) or "" for name in columns if name in ("customer_name", "estate_name")]
    ways = [way for name in names for way in readings.ways(name, known)]
    return all(
        any(word in value.lower() for value in values) or (word.isalnum() and any(way.startswith(word) for way in ways))
        for word in typed.lower().split()
    )


def pages(listing: Listing, session: Any, typed: str, sort: str) -> tuple[list[int], Any]:
    """All ids of a list, page by page, and its first page."""
    ids: list[int] = []
    asked = {"q": typed, "sort": sort, "size": "20"}
    first = page = listing.page(session, listing.asked(asked))
    while True:
        ids += [row.id for row in page.rows]
        if page.after is None:
            return ids, first
        page = listing.page(session, listing.asked({**asked, "after": page.after}), count=False)


def test_on_random_rows_it_answers_what_is_found_by_hand(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rare and frequent, newest first and by another column, in scope only, in columns seen in full only."""
    monkeypatch.setattr("app.core.listing.searching.NEWEST", 25)
    monkeypatch.setattr("app.core.listing.searching.MANY", 60)
    desk, chance = Desk(session), Random(20261125)
    people = {name: desk.person(name) for name in ("account_manager", "designer", "auditor")}
    session.execute(insert(Lead.__table__), random_rows(chance, 200, people["designer"].staff_id or 0))
    session.commit()
    known = dict(session.execute(text("SELECT word, syllable FROM search_reading")).tuples().all())
    rows = session.execute(select(Lead).order_by(Lead.id.desc())).scalars().all()
    typed = ["王", "思远", "湖花", "0", "000", "zhang", "ysy", "sunny 王", "栋1", "区 yang"]
    typed += [rows[0].phone[-4:], rows[5].customer_name, rows[7].number[-5:]]
    for username, person in people.items():
        with here.acting_as(person):
            listing = Listing(LeadRegister)
            columns = tuple(name for name in SEARCHED if name in listing.usable)
            assert ("phone" in columns) is (username == "account_manager")
            mine = [row for row in rows if username != "designer" or row.designer_id == person.staff_id]
            for each in typed:
                expected = [row.id for row in mine if holds(row, each, columns, known)]
                found, first = pages(listing, session, each, "-id")
                assert found == expected, (username, each)
                part = first.capped and 20 < first.count <= len(expected)
                assert part or first.count == len(expected), (username, each)
                if username == "account_manager":
                    assert sorted(pages(listing, session, each, "inquiry_on")[0]) == sorted(expected), each


# --- through what a row is about --------------------------------------------------------------


def test_rows_are_found_by_what_the_record_they_are_about_is_called(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what the related register searches, as this person may see it; whole, and when own hits are too many."""
    monkeypatch.setattr("app.core.listing.searching.NEWEST", 25)
    monkeypatch.setattr("app.core.listing.searching.MANY", 60)
    desk, chance = Desk(session), Random(20261127)
    people = {name: desk.person(name) for name in ("account_manager", "designer", "auditor")}
    designer = people["designer"].staff_id or 0
    session.execute(insert(Lead.__table__), random_rows(chance, 60, designer))
    leads = session.execute(select(Lead).order_by(Lead.id)).scalars().all()
    at = datetime(2026, 3, 1, tzinfo=UTC)
    notes = [
        {"lead_id": lead.id, "staff_id": people["account_manager"].staff_id, "at": at + timedelta(hours=n), "way": "phone",
         "note": chance.choice(["已联系", "王先生不在", "改天再谈"]), "created_at": at, "updated_at": at, "version": 1}
        for n, lead in enumerate(chance.choices(leads, k=120))
    ]  # fmt: skip
    session.execute(insert(FollowUp.__table__), notes)
    session.commit()
    known = dict(session.execute(text("SELECT word, syllable FROM search_reading")).tuples().all())
    rows = session.execute(select(FollowUp).order_by(FollowUp.id.desc())).scalars().all()
    by_id = {lead.id: lead for lead in leads}
    for username, person in people.items():
        with here.acting_as(person):
            listing, about = Listing(FollowUpRegister), Listing(LeadRegister)
            columns = tuple(name for name in SEARCHED if name in about.usable)
            mine = [row for row in rows if username != "designer" or by_id[row.lead_id].designer_id == designer]
            for typed in ("王", "思远", leads[3].number, leads[4].phone, "不在", "湖花", "wang", "没有这样的"):
                expected = [
                    row.id for row in mine if typed in row.note or holds(by_id[row.lead_id], typed, columns, known)
                ]
                assert pages(listing, session, typed, "-id")[0] == expected, (username, typed)
                assert sorted(pages(listing, session, typed, "-at")[0]) == sorted(expected), (username, typed)
                assert sorted(ids_matching(FollowUpRegister, f"q={typed}")) == sorted(expected), (username, typed)
