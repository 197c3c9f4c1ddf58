"""Reports of leads: counted by hand here, by the database there."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core import here
from app.core.declaration import register_of
from app.core.importing import bring_in
from app.demo import names
from app.demo.desk import Desk
from app.leads.reports.rules import Bonus, Year, bonus_of, spread

LEAST, MOST = 100_000, 200_000


@pytest.mark.parametrize(
    ("year", "best", "fen"),
    [
        (Year(0, 0), 0, LEAST), (Year(0, 0), 9, LEAST), (Year(9, 0), 9, MOST), (Year(5, 0), 10, 150_000),
        (Year(1, 0), 3, 133_000), (Year(9, 1), 9, 0), (Year(0, 2), 9, 0),
    ],
)  # fmt: skip
def test_the_bonus_lies_between_its_bounds_and_a_major_fault_takes_it(year, best, fen):
    found = bonus_of(year, best, LEAST, MOST)
    assert isinstance(found, Bonus)
    assert found.fen == fen


def test_the_spread_is_the_most_less_the_fewest():
    assert spread([]) == 0
    assert spread([3]) == 0
    assert spread([0, 2, 5]) == 5


@pytest.fixture
def desk(session):
    return Desk(session)


def lead(desk, number, **values):
    given = {
        "customer_name": "傅欣", "phone": names.phone(500 + number), "address": "1栋101", "floor_area": 90,
        "budget_fen": 4_000_000, "renovation_on": "2099-01-10", "source": "walk_in", "estate_name": "丽景家园",
    }  # fmt: skip
    return desk.enter("lead", "front_desk", **{**given, **values})


def table(answer):
    assert answer.status_code == 200, answer.text
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    return {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}


def worked(desk):
    """Five leads: three dispatched to one director, one of them signed; one web lead untouched; one marketing."""
    director = desk.ids("staff", designer_grade="director")[0]
    username = next(n for n in (f"designer{i}" for i in range(2, 13)) if desk.staff_id(n) == director)
    leads = [lead(desk, number) for number in range(2)] + [lead(desk, 2, source="web", budget_fen=3_000_000)]
    desk.do("lead", leads[0], "dispatch", "account_manager", designer=director)
    desk.do("lead", leads[1], "dispatch", "account_manager", designer=director)
    desk.do("lead", leads[0], "measure", username, on=str(here.today()))
    desk.do("lead", leads[0], "sign_contract", username, amount_fen=4_200_000, on=str(here.today()))
    desk.do("lead", leads[1], "follow_up", "account_manager", way="phone", note="约时间")
    for rings in (1, 3, 4):
        desk.enter("call_entry", "front_desk", phone=names.phone(500), rings=rings, about="decoration")
    desk.session.commit()
    return director


def test_the_funnel_by_channel_and_tier(desk, sign_in):
    worked(desk)
    manager = sign_in("account_manager")
    found = table(manager.get("/funnel/?by=source&format=csv"))
    assert found["上门"] == {
        "客户": "2", "派单": "2", "量房": "1", "签约": "1", "派单率": "100.0", "量房率": "50.0", "签约率": "100.0",
        "总转化率": "50.0", "签约额（元）": "42000.0",
    }  # fmt: skip
    assert (found["网络"]["客户"], found["网络"]["派单"]) == ("1", "0")
    assert table(manager.get("/funnel/?by=estate_name&format=csv"))["丽景家园"]["客户"] == "3"
    assert table(manager.get("/funnel/?by=tier&format=csv"))["中单"]["签约"] == "1"
    assert table(manager.get("/funnel/?by=month&months=1&format=csv"))[f"{here.today():%Y-%m}"]["客户"] == "3"
    assert manager.get("/funnel/?by=nonsense&months=x").status_code == 200
    assert manager.get("/funnel/?format=xlsx").data.startswith(b"PK")


def test_the_day_of_a_department_and_of_the_front_desk(desk, sign_in):
    worked(desk)
    manager = sign_in("account_manager")
    today = table(manager.get("/department_report/?unit=day&format=csv"))[f"{here.today():%Y-%m-%d}"]
    assert (today["登记客户"], today["其中上门"], today["来电"], today["及时接听"]) == ("3", "2", "3", "66.7")
    assert (today["派单"], today["量房"], today["签约"], today["签约额（元）"], today["跟进"]) == (
        "2",
        "1",
        "1",
        "42000.0",
        "1",
    )
    front = table(manager.get("/department_report/?unit=month&of=desk&format=csv"))[f"{here.today():%Y-%m}"]
    assert (front["登记客户"], front["派单"], front["来电"]) == ("3", "0", "3")
    design = desk.one("staff", desk.staff_id("designer")).department_id
    week = next(iter(table(manager.get(f"/department_report/?unit=week&of={design}&format=csv")).values()))
    assert (week["登记客户"], week["量房"], week["签约"]) == ("0", "1", "1")


def test_who_was_given_what(desk, sign_in):
    director = worked(desk)
    manager = sign_in("account_manager")
    name = desk.one("staff", director).name
    found = table(manager.get("/fairness/?by=designer&format=csv"))
    line = next(each for who, each in found.items() if who.startswith(name))
    assert (line["派单"], line["中单"], line["大单"], line["预算合计（元）"], line["签约额（元）"]) == (
        "2",
        "2",
        "0",
        "80000.0",
        "42000.0",
    )
    week = next(iter(table(manager.get("/fairness/?by=week&tier=medium&format=csv")).values()))
    assert (week["派单"], week["最多"], week["最少"], week["差距"]) == ("2", "2", "0", "2")


def test_why_leads_end_and_whose_reason_did_not_hold(desk, sign_in):
    first, second = lead(desk, 1), lead(desk, 2, source="web")
    for each in (first, second):
        desk.do("lead", each, "propose_invalid", "account_manager", reason="no_plan", customer_words="不装了")
        desk.do("lead", each, "confirm_invalid", "design_manager", customer_words="不装", designer_words="未接触")
    with here.as_house():
        for each in desk.ids("closure"):
            desk.one("closure", each).sampled = True
        desk.session.commit()
    one, other = desk.ids("closure")
    desk.do("closure", one, "recall", "general_manager", reason="no_plan", customer_words="不装")
    desk.do("closure", other, "recall", "general_manager", reason="price_below_target", customer_words="贵")
    desk.session.commit()
    manager = sign_in("account_manager")
    month = table(manager.get("/closure_reasons/?format=csv"))[f"{here.today():%Y-%m}"]
    assert (month["跑单"], month["不做装修打算"], month["抽查回访"], month["原因不符"], month["不符率"]) == (
        "2",
        "2",
        "2",
        "1",
        "50.0",
    )
    assert table(manager.get("/closure_reasons/?by=source&format=csv"))["网络"]["原因不符"] == "1"
    assert table(manager.get("/closure_reasons/?by=designer&format=csv"))["未派单"]["跑单"] == "2"


def test_the_years_bonus(desk, sign_in):
    worked(desk)
    ticket = desk.enter(
        "penalty_ticket", "design_manager", staff=desk.staff_id("account_manager2"), kind="neglect", major=True,
        happened_on=str(here.today()), evidence="丢失客户资料",
    )  # fmt: skip
    desk.do("penalty_ticket", ticket, "decide", "general_manager", decision="uphold", reason="属实")
    desk.session.commit()
    found = table(sign_in("human_resources").get("/year_end_bonus/?format=csv"))
    lines = {who.split("（")[0]: each for who, each in found.items()}
    first, second = (desk.one("staff", desk.staff_id(who)).name for who in ("account_manager", "account_manager2"))
    assert (lines[first]["当年有效签单"], lines[first]["建议年终奖（元）"]) == ("1", "2000.0")
    assert (lines[second]["大过"], lines[second]["建议年终奖（元）"]) == ("1", "0.0")


class EndOfNovember(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.on("sqlite")
def test_an_offices_month_is_imported_with_its_faults_told_and_reported(desk, session, sign_in, monkeypatch):
    """A month's file in GB18030, faults and all: refused as a whole, its good rows taken, and the month
    told by channel as this test counts it from the file itself."""
    monkeypatch.setattr(here, "datetime", EndOfNovember)
    data = (Path(__file__).parent.parent / "data" / "leads_2026-11.csv").read_bytes()
    register = register_of("lead")
    with here.acting_as(desk.person("account_manager")):
        found = bring_in(session, register, "leads.csv", data)
    assert found.faulty
    assert desk.ids("lead") == []
    header, *rows = csv.reader(io.StringIO(data.decode("gb18030")))
    bad = {fault.row for fault in found.faulty}
    good = [row for place, row in enumerate(rows, 1) if place not in bad and any(row)]
    assert len(good) > 1000
    file = io.StringIO()
    csv.writer(file).writerows([header, *good])
    with here.acting_as(desk.person("account_manager")):
        done = bring_in(session, register, "leads.csv", file.getvalue().encode("gb18030"))
    assert not done.faulty
    assert len(desk.ids("lead")) == len(good) == done.rows
    session.commit()
    told = table(sign_in("account_manager").get("/funnel/?by=source&months=1&format=csv"))
    assert {word: int(line["客户"]) for word, line in told.items()} == Counter(row[7].strip() for row in good)
    estates = table(sign_in("account_manager").get("/funnel/?by=estate_name&months=1&format=csv"))
    assert {word: int(line["客户"]) for word, line in estates.items()} == Counter(row[2].strip() for row in good)


@pytest.mark.on("sqlite")
def test_the_board_proposes_who_is_first_in_the_fair_order(desk, sign_in):
    made, short = lead(desk, 1), lead(desk, 2, renovation_on=None)
    desk.session.commit()
    manager = sign_in("account_manager")
    page = manager.get("/dispatch_board/").text
    first = manager.client.get(f"/lead/{made}/dispatch")
    assert first.status_code == 200
    from app.core.runner import would
    from app.core.verbs import verb_named

    with here.acting_as(desk.person("account_manager")):
        choices = would(desk.session, verb_named("lead", "dispatch"), [made])["choices"]["designer"]
    best = next(each for each in choices if each["eligible"])
    assert f'value="{best["id"]}"' in page
    assert desk.one("lead", short).number in page
    assert "R-4.2.5" in page
