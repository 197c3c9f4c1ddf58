"""The two boards as they are shown: of dispatch, load beside cap; of claims, side by side."""

import re
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader
from markupsafe import escape

from app.core import here
from app.core.verbs import verb_named
from app.core.words import say

TEMPLATES = Path(__file__).parents[2] / "app" / "templates"


@pytest.fixture
def board(office):
    """The board of a lead, rendered without the frame of the page around it."""
    frame = '{% import "macros.html" as m with context %}{% block body %}{% endblock %}'
    plain = DictLoader({"verb.html": frame})
    world = Environment(loader=ChoiceLoader([plain, FileSystemLoader(TEMPLATES)]), autoescape=True)
    world.globals |= {
        "t": say, "csrf_token": lambda: "csrf", "icon": lambda name: "", "along": lambda address: address,
        "me": here.NOBODY, "came_from": lambda: None, "draft_kept_at": lambda path: None,
        "static_url": lambda name: f"/static/{name}",
    }  # fmt: skip

    def render(lead, name="dispatch", **faults):
        verb = verb_named("lead", name)
        answer = office.would("lead", lead, name, "account_manager")
        return world.get_template(verb.template).render(
            verb=verb, ids=[lead], row=None, spots=list(verb.asks.values()), given={},
            faults=faults, token="once", **answer,
        )  # fmt: skip

    return render


def test_the_board_shows_load_and_cap_and_chooses_the_first_in_order(office, board):
    office.dispatch(office.lead(), "director")
    page = board(office.lead())
    first = page.index(f'value="{office.staff("director2")}"')
    second = page.index(f'value="{office.staff("director")}"')
    assert first < second
    assert page.count("checked") == 1
    assert "checked" in page[first : first + 60]
    assert "1/2" in page
    assert "1/6" in page


def test_whoever_may_not_take_it_is_shown_with_the_reason_and_can_not_be_chosen(office, board):
    page = board(office.lead())
    chief = page.index(f'value="{office.staff("chief")}"')
    assert "disabled" in page[chief : chief + 120]
    assert str(escape("这是中单，chief 按级别做大单。")) in page
    assert "R-4.2.3" in page


def test_reassigning_asks_for_the_reason_too(office, board):
    lead = office.lead()
    office.dispatch(lead, "director")
    assert 'name="reason"' in board(lead, "reassign")
    assert 'name="reason"' not in board(lead, "dispatch")


def test_what_the_lead_lacks_stands_above_the_designers(office, board):
    page = board(office.lead(renovation_on=None))
    assert page.index("计划装修日期") < page.index('name="designer"')


def test_the_claims_stand_side_by_side_with_the_reason_of_the_one_that_holds(office, board):
    lead = office.lead("salesperson", phone="13577272786")
    office.enter(
        "claim", "salesperson2", phone="13577272786", kind="invited", at="2026-11-16T08:30",
        evidence="短信约访",
    )  # fmt: skip
    page = board(lead, "decide_claim")
    assert page.count('type="radio"') == 2
    assert "短信约访" in page
    assert "2026-11-16 09:00" in page
    assert "认定：依据最优先" in page


def test_the_board_keeps_the_houses_content_policy(board, office):
    page = board(office.lead())
    assert all(forbidden not in page for forbidden in ("style=", "onclick", "http://", "https://"))
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", page, re.S)
    assert len(scripts) == page.count("<script") == page.count('<script src="/static/'), "a file of ours each"
    assert not any(scripts), "none stands in the page"
