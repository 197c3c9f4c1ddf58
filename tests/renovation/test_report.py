"""Renovation by month: what is counted, where a month begins, what the file holds."""

import csv
import io
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import bindparam, text

from app.core import here
from app.core.columns import UtcInstant
from app.core.reporting import Figure, last_months
from app.core.words import say
from app.renovation.reports import figures
from tests.renovation.conftest import BOSS, CASE


def test_months_begin_at_the_houses_midnight():
    months = last_months(date(2026, 3, 31))
    assert [each.name for each in months[:4]] == ["2026-03", "2026-02", "2026-01", "2025-12"]
    assert len(months) == 12
    assert months[0].start == datetime(2026, 3, 1, tzinfo=here.house_zone())
    assert months[0].end == datetime(2026, 4, 1, tzinfo=here.house_zone())
    assert all(later.start == earlier.end for later, earlier in pairwise(months))


def test_a_bar_is_as_long_as_its_share():
    figure = Figure(say("x", "x"), [50, None, 200], money=True)
    assert [figure.share(place) for place in range(3)] == [25, 0, 100]
    assert [figure.shown(place) for place in range(3)] == ["0.50", "–", "2.00"]
    assert Figure(say("x", "x"), [0, 0]).share(0) == 0


@pytest.fixture
def told(counter):
    """name in English -> the values by month, the newest first."""

    def _told(estate=None):
        counter.session.commit()
        with here.as_house():
            return {f.label.en: list(f.values) for f in figures(counter.session, last_months(counter.today), estate)}

    return _told


def test_a_case_counts_where_and_when_it_happened(counter, told):
    case, receipt = counter.ready()
    counter.issue(case, receipt)
    last = datetime.combine(counter.today.replace(day=1), datetime.min.time(), here.house_zone()) - timedelta(seconds=1)
    other = counter.apply()
    moved = text(f"UPDATE {CASE} SET created_at = :at WHERE id = :id").bindparams(bindparam("at", type_=UtcInstant))
    counter.session.execute(moved, {"at": last, "id": other})
    found = told()
    assert found["Applications"][:2] == [1, 1]
    assert found["Permits"][0] == 1
    assert found["Days to the permit"][0] == pytest.approx(0, abs=0.1)
    assert found["Days to the permit"][1] is None
    [paid] = [counter.one("receipt", each).amount_fen for each in counter.ids("receipt")]
    assert found["Charged (yuan)"][0] == found["Paid (yuan)"][0] == paid
    estate = counter.ids("estate")[0]
    assert told(estate) == found
    assert told(999)["Applications"] == [0] * 12


def test_the_page_and_its_files_are_for_whoever_may_export(counter, sign_in):
    counter.apply()
    counter.session.commit()
    boss = sign_in(BOSS)
    page = boss.get("/renovation_report/?estate=1")
    assert page.status_code == 200
    assert f"{counter.today:%Y-%m}" in page.text
    lines = list(csv.reader(io.StringIO(boss.get("/renovation_report/?format=csv").text.lstrip("\ufeff"))))
    assert lines[0][0] == "月份"
    assert lines[1][:2] == [f"{counter.today:%Y-%m}", "1"]
    assert len(lines) == 13
    book = CalamineWorkbook.from_filelike(io.BytesIO(boss.get("/renovation_report/?format=xlsx").data))
    assert book.get_sheet_by_index(0).to_python()[1][1] == 1
    for nonsense in ("estate=x", "estate=999999999999", "format=exe", "estate=-1"):
        assert boss.get(f"/renovation_report/?{nonsense}").status_code == 200
    assert sign_in("renovation_clerk").get("/renovation_report/").status_code == 403
