"""Lists, pickers and added fields stand in the order of words, on both databases alike, by their indexes."""

import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, literal, select, text, union_all

from app.core import doctor, here, offering, word_indexes
from app.core.declaration import all_registers
from app.core.listing import Listing, keyset
from app.core.listing.page import Page
from app.core.values.worded import _words, worded
from app.core.word_order import AsWords
from app.demo.desk import Desk
from app.extensions import db
from app.leads.views import LeadRegister
from tests.core.values.test_worded import IN_ORDER
from tests.core.walking import there_and_back

LEAD = {"address": "13栋2503", "floor_area": 89.5, "renovation_on": "2099-01-10", "source": "walk_in"}
#: what is typed into names: rare signs and emoji, wide forms and capitals; but no accents, whose order is ICU's own
SIGNS = "0123456789 -_#/()（）·、，。：；—.～栋号楼单元室第期座层ABCabczＡａＺ０９重庆沈阳藏文长张赵阿里鑫玥昕瑶曾行〇龘镕喆丒𠮷😀👍🏠★①②㎡"


def in_order(session: Any, words: list[str]) -> list[str]:
    """As the database has them."""
    given_ = union_all(*(select(literal(each, String).label("word")) for each in words)).subquery()
    return list(session.execute(select(given_.c.word).order_by(AsWords(given_.c.word))).scalars())


def test_both_databases_have_the_order_of_the_rules(session: Any) -> None:
    words = sorted(IN_ORDER, key=hash)
    assert in_order(session, words) == IN_ORDER


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text(SIGNS, max_size=8), min_size=2, max_size=30, unique=True))
def test_whatever_is_typed_stands_alike_on_both(session: Any, words: list[str]) -> None:
    assert in_order(session, words) == sorted(words, key=worded)


@pytest.mark.on("postgresql")
def test_the_signs_are_in_the_order_of_postgresql(session: Any) -> None:
    """By another ICU some signs may have moved; most have not."""
    signs = _words()[2]
    found = list(
        session.execute(
            text("SELECT sign FROM unnest(CAST(:signs AS text[])) AS sign ORDER BY sign COLLATE zh"), {"signs": signs}
        ).scalars()
    )
    places = {sign: place for place, sign in enumerate(found)}
    in_place = sum(places[one] < places[other] for one, other in pairwise(signs))
    assert in_place > 0.99 * len(signs)


@pytest.fixture
def leads(session: Any) -> list[tuple[int, str, str | None]]:
    """(id, customer, estate): of several customers one name, of some leads no estate."""
    desk, found = Desk(session), []
    names = [each for each in IN_ORDER if each and len(each) <= 16]
    chosen = random.Random(45)
    for number in range(48):
        name, estate = chosen.choice(names), chosen.choice([None, *names])
        desk.enter("lead", "front_desk", **LEAD, customer_name=name, estate_name=estate, phone=f"139{number:08d}")
        found.append((number, name, estate))
    rows = session.execute(text("SELECT id, customer_name, estate_name FROM lead ORDER BY id")).all()
    return [tuple(row) for row in rows]


def pages(session: Any, sort: str, **more: str) -> list[int]:
    """The whole list, forth page by page; back again it is the same."""
    with here.acting_as(Desk(session).person("account_manager")):
        listing = Listing(LeadRegister)

        def page(**place: str) -> Page:
            kept = ("words", sort, tuple(more.items()))
            return listing.page(session, listing.asked({"sort": sort, "size": "7", **more, **place}), address=kept)

        forth, back, last = there_and_back(page)
    assert back == forth[: len(forth) - last]
    return forth


def test_each_row_is_met_once_in_the_order_of_words(session: Any, leads: list[tuple[int, str, str | None]]) -> None:
    up = sorted(leads, key=lambda row: (worded(row[1]), row[0]))
    assert pages(session, "customer_name") == [row[0] for row in up]
    assert pages(session, "-customer_name") == [row[0] for row in up[::-1]]
    by_estate = sorted(leads, key=lambda row: (row[2] is not None, worded(row[2] or ""), row[0]))
    assert pages(session, "estate_name") == [row[0] for row in by_estate]
    assert pages(session, "-estate_name") == [row[0] for row in by_estate[::-1]]
    both = sorted(
        sorted(leads, key=lambda row: (worded(row[1]), row[0]), reverse=True),
        key=lambda row: (row[2] is not None, worded(row[2] or "")),
    )
    assert pages(session, "estate_name,-customer_name,-id") == [row[0] for row in both]


def test_what_is_equal_is_equal_letter_by_letter(session: Any, leads: list[tuple[int, str, str | None]]) -> None:
    for name in ("Apple", "apple", "101", "2栋"):
        wanted = {row[0] for row in leads if row[1] == name}
        assert set(pages(session, "id", customer_name=name)) == wanted
    several = {row[0] for row in leads if row[2] in ("重庆", "10栋")}
    assert set(pages(session, "id", estate_name="重庆,10栋")) == several


def plan_of(session: Any, sort: str, **more: str) -> str:
    """How the database goes about it."""
    with here.acting_as(Desk(session).person("account_manager")):
        listing = Listing(LeadRegister, ["number"])
        asked = listing.asked({"sort": sort, **more})
        asked.size = 5
        query = listing.page_query(asked, backwards=bool(asked.before))
        cursor = keyset.read_cursor(asked.sort, asked.before or asked.after)
        query, _ = keyset.beyond(listing.model, query, asked.sort, cursor, backwards=bool(asked.before))
        on_sqlite = db.engine.dialect.name == "sqlite"
        if not on_sqlite:  # of some rows: as it would be of many
            for way in ("seqscan", "bitmapscan", *(() if more.get("estate_name") else ("sort",))):
                session.execute(text(f"SET LOCAL enable_{way} = off"))
        compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN "
        told = session.connection().exec_driver_sql(explain + str(compiled).replace("%%", "%"))
        return "\n".join(str(tuple(row)) for row in told)


@pytest.mark.parametrize("sort", ["customer_name", "-customer_name", "estate_name", "-estate_name"])
def test_a_page_is_read_off_the_index(session: Any, leads: list[tuple[int, str, str | None]], sort: str) -> None:
    with here.acting_as(Desk(session).person("account_manager")):
        listing = Listing(LeadRegister, ["number"])
        place = listing.page(session, listing.asked({"sort": sort, "size": "25"})).after
    name = sort.lstrip("-")
    for where in ({}, {"after": place}, {"before": place}):
        plan = plan_of(session, sort, **where)  # type: ignore[arg-type]
        assert f"ix_lead_{name}_words" in plan, plan
        assert "Sort" not in plan and "TEMP B-TREE" not in plan, plan


@pytest.mark.parametrize("asked", ["重庆", "重庆,10栋"])
def test_a_filter_finds_by_the_index(session: Any, leads: list[tuple[int, str, str | None]], asked: str) -> None:
    assert "ix_lead_estate_name_words" in plan_of(session, "id", estate_name=asked)


def test_a_picker_offers_buildings_and_rooms_by_size(session: Any) -> None:
    desk = Desk(session)
    estate = desk.ids("estate")[0]
    for code in ("10栋", "2栋", "1栋"):
        desk.enter("building", "admin", estate=estate, code=code)
    with here.acting_as(desk.person("admin")):
        found = [
            each["label"] for each in offering.options(session, all_registers()["unit"].fields()["building"], "栋")
        ]
    assert [each for each in found if each in ("1栋", "2栋", "10栋")] == ["1栋", "2栋", "10栋"]


def test_an_added_text_is_sorted_by_words_off_its_index(session: Any, sign_in: Any, leads: Any) -> None:
    form = {
        "table": "lead",
        "name": "tower",
        "kind": "text",
        "zh": "塔楼",
        "en": "Tower",
        "listed": "1",
        "level": "",
        "indexed": "1",
    }
    assert sign_in("admin").post("/added_field/new?table=lead", form).status_code == 302
    for place, word in enumerate(["10栋", "2栋", "阿里", "B座", "a座"]):
        row = session.get(LeadRegister.model, leads[place][0])
        row.tower = word
    session.commit()
    assert [session.get(LeadRegister.model, each).tower for each in pages(session, "-tower")[:5]] == [
        "B座", "a座", "阿里", "10栋", "2栋",
    ]  # fmt: skip
    assert "ix_lead_extra_tower" in plan_of(session, "tower")
    assert ("index", "lead.tower") not in {(each.check, each.where) for each in doctor.examine(session)}


def index_names() -> set[str]:
    with db.engine.connect() as connection:
        return word_indexes.names(connection)


def test_a_release_makes_the_indexes_that_are_missing(session: Any) -> None:
    session.execute(text("DROP INDEX ix_unit_room_words"))
    session.commit()
    word_indexes.bring_up(session)
    assert "ix_unit_room_words" in index_names()


@pytest.mark.on("sqlite")
def test_another_order_fills_the_indexes_anew_on_sqlite(session: Any, leads: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(word_indexes, "edition", lambda: 7)
    assert [each.mend for each in doctor.examine(session) if each.check == "order"] == ["flask --app run release"]
    word_indexes.bring_up(session)
    assert [each for each in doctor.examine(session) if each.check == "order"] == []


@pytest.mark.on("postgresql")
def test_another_icu_fills_the_indexes_anew_on_postgresql(session: Any, leads: Any) -> None:
    session.execute(text("UPDATE pg_collation SET collversion = '1' WHERE collname = 'zh'"))
    session.commit()
    assert [each.mend for each in doctor.examine(session) if each.check == "order"] == ["flask --app run release"]
    word_indexes.bring_up(session)
    assert [each for each in doctor.examine(session) if each.check == "order"] == []


@pytest.mark.on("postgresql")
def test_without_icu_the_order_is_that_of_codes_and_the_doctor_says_so(session: Any, leads: Any) -> None:
    session.execute(text("DROP COLLATION zh CASCADE"))
    session.execute(text('CREATE COLLATION zh FROM "C"'))
    session.commit()
    word_indexes.bring_up(session)
    [found] = [each for each in doctor.examine(session) if each.check == "order"]
    assert not found.must and "ICU" in str(found.message)
    assert "ix_lead_customer_name_words" in index_names()
    by_code = sorted(leads, key=lambda row: (row[1].encode(), row[0]))
    assert pages(session, "customer_name") == [row[0] for row in by_code]
