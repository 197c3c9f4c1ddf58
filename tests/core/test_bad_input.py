"""Every field that can be typed into refuses nonsense with a sentence of its own, and keeps what was typed."""

from html import escape
from typing import Any

import pytest

import app.models
import app.views  # noqa: F401  (the registers)
from app.core import kinds, mattering
from app.core.declaration import all_registers
from app.core.personal import PersonalText
from app.core.trees.written import WrittenTree
from app.security.roles import RIGHTS

#: what is nonsense for a kind, as typed into a form
NONSENSE: dict[type[kinds.Kind], list[str]] = {
    kinds.Text: ["长" * 3000, "零宽\u202e反转", "控制\x07符"],
    kinds.LongText: ["长" * 3000, "零宽\u202e反转"],
    kinds.Anything: [""],
    kinds.Address: ["长" * 300, "零宽\u202e反转"],
    kinds.Phone: ["打电话给我", "123", "1381234567x", "+" * 40],
    kinds.IdNumber: ["\u202e", "x" * 200],
    kinds.CreditCode: ["91110108MA01XXXXX0", "公司"],
    kinds.Money: ["很多钱", "-5", "1.234", "9" * 30, "1e9", "3-5万"],
    kinds.Date: ["2026-02-30", "昨天", "0001-01-01", "2026-13-01", "9999-99-99"],
    kinds.Instant: ["2026-02-30T10:00", "现在", "2026-01-01T25:00"],
    kinds.Integer: ["三个", "-1", "1.5", "9" * 30],
    kinds.Number: ["宽敞", "-1", "1e400", "NaN", "0.0001"],
    kinds.Longitude: ["东边", "181", "NaN"],
    kinds.Latitude: ["北边", "91", "NaN"],
    kinds.YesNo: ["也许"],
    kinds.Choice: ["没有这个选项", "0"],
    PersonalText: ["长" * 3000, "零宽\u202e反转"],
    kinds.Drawn: ["签名", "1,2", "M0 0L9 9", "999,999 " * 9],
    WrittenTree: ["浙江,江苏", "长" * 40],
    kinds.Relation: ["某某", "-1", "1.5", "9" * 30],
}
#: what is typed elsewhere: a figure beside its kind (tests/core/test_policies.py)
ON_A_PAGE_OF_ITS_OWN = {"policy"}
SHOWN = {kinds.Text, PersonalText, kinds.LongText, kinds.Address, kinds.Phone, kinds.CreditCode, kinds.Money, kinds.Date,
         kinds.Integer, kinds.Number}  # fmt: skip


def entered() -> list[tuple[str, str]]:
    """(role, table) of every form that somebody may fill in."""
    found = {}
    for role, rights in RIGHTS.items():
        for table, verbs in rights.items():
            if "add" in verbs.split() and table in all_registers() and all_registers()[table].entered_by_hand:
                found.setdefault(table, str(role))
    return [(role, table) for table, role in sorted(found.items())]


def nonsense(table: str) -> list[dict[str, str]]:
    """Forms in which every field is filled with nonsense of its kind; as many as the longest list."""
    register = all_registers()[table]
    spots = [register.fields()[name] for name in register.typed_in()]
    longest = max(len(NONSENSE[type(spot.kind)]) for spot in spots)
    return [
        {spot.name: NONSENSE[type(spot.kind)][turn % len(NONSENSE[type(spot.kind)])] for spot in spots}
        for turn in range(longest)
    ]


def test_every_table_that_is_entered_by_hand_is_here() -> None:
    assert {table for _, table in entered()} >= {"lead", "owner", "staff", "contractor", "renovation_application"}


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(("role", "table"), entered(), ids=[table for _, table in entered()])
def test_each_field_says_what_is_wrong_and_keeps_it(sign_in: Any, api: Any, role: str, table: str) -> None:
    """Fields that matter only sometimes: when they do."""
    browser, client = sign_in(role), api(role)
    wanted = mattering.conditions(all_registers()[table])
    for given in nonsense(table):
        assert_told(browser, client, table, given, set(given) - set(wanted))
        for name, only in wanted.items():
            when = {each.field: min(each.values) for each in (only, wanted.get(only.field)) if each}
            assert_told(browser, client, table, {**given, **when}, {name} & set(given))


def assert_told(browser: Any, client: Any, table: str, given: dict[str, str], faulty: set[str]) -> None:
    spots = all_registers()[table].fields()
    answer = client.post(f"{table}/", **given)
    assert answer.status_code == 422, answer.text
    assert faulty <= set(answer.json["errors"]), (given, answer.json)
    if table in ON_A_PAGE_OF_ITS_OWN:
        return
    page = browser.post(f"/{table}/new", given)
    assert page.status_code == 422
    for name in faulty:
        if type(spots[name].kind) is kinds.YesNo:
            continue  # a box is ticked or not: a page can't send a third answer
        assert f'id="f-{name}-fault"' in page.text, (name, given[name])
        if type(spots[name].kind) in SHOWN:
            assert escape(given[name]) in page.text, (name, given[name])


@pytest.mark.on("sqlite")
def test_a_field_that_does_not_exist_is_refused(api: Any) -> None:
    answer = api("front_desk").post("lead/", customer_nmae="王", state="signed", number="KY-2026-000001")
    assert answer.status_code == 422
    assert {"customer_nmae", "state", "number"} <= set(answer.json["errors"])
