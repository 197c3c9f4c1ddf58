"""What a verb's relation offers is what its rules let through, for one row and for many."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from app.core import here
from app.core.kinds import Relation
from app.core.record import table_named
from app.core.runner import why_not
from app.core.verbs import Act, Ask, Verb, all_verbs
from app.demo.desk import Desk
from app.leads.declining.rules import Decision
from app.leads.models import Lead
from app.people.models import Staff

#: (table, verb, parameter) -> who does it, where not everybody may; what no rule narrows
WHO = {"claim": "salesperson", "decide": "account_manager"}
#: what else is chosen before the relation matters
ALSO: dict[str, dict[str, Any]] = {"decide": {"decision": Decision.REASSIGN}}
OF_ANYBODY = {("closure", "file", "responsible")}
#: registers of the demo house whose rows are looked at, and so many of them
LOOKED_AT = 12
#: the grades that take a small lead
SMALL = ("assistant", "designer", "deputy_director")


@pytest.fixture
def world() -> str:
    return "demo"


def narrowed() -> list[tuple[Verb, Ask]]:
    asked = [(verb, spot) for verb in all_verbs() for spot in verb.asks.values()]
    return [(verb, spot) for verb, spot in asked if isinstance(spot.kind, Relation)]


def test_each_relation_of_a_verb_is_narrowed_by_its_rule_or_said_to_be_free(app: Any) -> None:
    free = {(verb.table, verb.name, spot.name) for verb, spot in narrowed() if spot.among is None}
    assert free == OF_ANYBODY


def test_who_is_offered_is_whom_the_rules_let_through(session: Any) -> None:
    looked_at = 0
    for verb, spot in narrowed():
        if spot.among is None:
            continue
        person = Desk(session).person(WHO.get(verb.name, "account_manager"))
        target, model = table_named(spot.kind.table), table_named(verb.table)  # type: ignore[attr-defined]
        assert target is not None and model is not None
        newest = session.scalars(select(model).order_by(model.id.desc()))
        rows = [row for row in newest if not verb.state_blockers(row)][:LOOKED_AT]
        candidates = list(session.scalars(select(target)))
        for of in [[row] for row in rows] + ([rows[:3]] if rows else []):
            with here.acting_as(person), here.in_whole_sight():
                act = Act(session, person)
                told = spot.among(act, of)
                offered = (
                    set(told) if isinstance(told, dict)
                    else set(session.scalars(select(target.id).where(told if told is not None else True)))  # type: ignore[arg-type]
                )  # fmt: skip
                going = {each.id for each in candidates if any(_goes(verb, spot, row, act, each) for row in of)}
            assert offered == going, (verb.table, verb.name, [row.id for row in of])
            looked_at += len(of)
    assert looked_at > LOOKED_AT


@pytest.mark.on("sqlite")
def test_the_dialog_of_many_offers_them_and_says_why_of_the_others(sign_in: Any, session: Any) -> None:
    leads = [each.id for each in session.scalars(select(Lead).where(Lead.state == "new", Lead.tier == "small"))][:2]
    session.commit()
    manager = sign_in("account_manager")
    page = manager.get(f"/lead/do/dispatch?ids={leads[0]},{leads[1]}").text
    source = html.unescape(re.search(r'data-options="(/lead/options/designer[^"]*)"', page)[1])  # type: ignore[index]
    assert source.endswith(f"of={leads[0]},{leads[1]}")
    offered = manager.get(source).json
    grades = {each.id: each.designer_grade for each in session.scalars(select(Staff))}
    assert offered and {grades[each["id"]] for each in offered} <= set(SMALL)
    assert all("本周" in each["note"] for each in offered)
    clerk = session.scalars(select(Staff).where(Staff.designer_grade == "none").limit(1)).one()
    named = manager.get(f"{source}&q={clerk.name}").json
    assert [(each["id"], each["disabled"]) for each in named] == [(clerk.id, True)]
    assert "不是设计师" in named[0]["note"]


@pytest.mark.on("sqlite")
def test_a_form_offers_what_its_register_narrows_and_a_filter_all(sign_in: Any, session: Any) -> None:
    new = set(session.scalars(select(Lead.id).where(Lead.state == "new")))
    designers = set(session.scalars(select(Staff.id).where(Staff.designer_grade != "none")))
    clerk = session.scalars(select(Staff).where(Staff.designer_grade == "none").limit(1)).one()
    session.commit()
    seller = sign_in("salesperson")
    form = seller.get("/transfer_slip/new").text
    assert 'data-options="/transfer_slip/options/preferred_designer?form=1"' in form
    named = seller.get("/transfer_slip/options/preferred_designer?form=1").json
    assert named and {each["id"] for each in named} <= designers
    assert {each["id"] for each in seller.get("/transfer_slip/options/lead?form=1").json} <= new
    slipped = seller.get("/transfer_slip/options/lead").json
    assert {each["id"] for each in slipped} - new, "a filter finds the slips of leads that are further"
    asked = f"/transfer_slip/options/preferred_designer?q={clerk.name}"
    assert clerk.id in {each["id"] for each in seller.get(asked).json}
    assert clerk.id not in {each["id"] for each in seller.get(f"{asked}&form=1").json}


def _goes(verb: Verb, spot: Ask, row: Any, act: Act, chosen: Any) -> bool:
    """Whether the choice adds no reason why not to those that stand already."""
    nothing = dict.fromkeys(verb.asks) | ALSO.get(verb.name, {})
    before = why_not(verb, row, act, nothing)
    value = [chosen] if spot.kind.many else chosen  # type: ignore[attr-defined]
    return not [each for each in why_not(verb, row, act, nothing | {spot.name: value}) if each not in before]
