"""The search box: short Chinese names, digits, pinyin; exact on both databases, and no oracle."""

from typing import Any

import pytest
from sqlalchemy import select, text

from app.core import here, search
from app.core.reading import columns_for
from app.demo.desk import Desk
from app.leads.views import LeadRegister
from app.models import Lead

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
        ways = [None, search.Hits((), False, False)]
        ways += [search.hits_of(desk.session, Lead, columns, typed, newest=newest) for newest in (True, False)]
        query = select(Lead.customer_name).order_by(Lead.id)
        return [
            list(desk.session.execute(query.where(search.found_by(Lead, columns, typed, hits))).scalars())
            for hits in ways
        ]


def test_names_digits_and_pinyin_are_found(leads: Desk) -> None:
    for typed, names in TYPED.items():
        expected = [name for name in NAMES if name in names.split()] if typed not in ("o'h", "HARA") else [names]
        assert found(leads, typed) == [expected] * 4, typed


def test_the_command_box_finds_records_of_all_registers_as_this_person_may_see_them(leads: Desk) -> None:
    manager, auditor = leads.person("account_manager"), leads.person("auditor")
    assert [(each.table, each.facts[0]) for each in search.find(leads.session, manager, "13800138004")] == [
        ("lead", "张伟")
    ]
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
