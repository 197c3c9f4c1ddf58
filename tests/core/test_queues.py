"""Every queue of the house: its rows are those on which its verb can be begun, and doing it takes the line away."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql

from app.core import here, kinds, queues, saving
from app.core.blockers import NotAllowed
from app.core.declaration import names, register_of
from app.core.listing import Listing
from app.core.made.typed import waits_for
from app.core.moves import Move, ways_back
from app.core.queues import Queue
from app.core.rights import may
from app.core.runner import run, would
from app.core.verbs import Act, Verb, verb_named
from app.demo.desk import Desk
from app.security.roles import Role

#: reasons for which a line must not be there at all: the others are what is still to be brought or paid
NEVER = {"wrong_state", "same_person", "another_person", "not_authorised", "not_yours", "filed_already", "already_copied",
         "already_filed", "recalled_already", "not_drawn", "no_visit_due", "visit_kept_already", "not_to_be_filed"}  # fmt: skip
USERS = [f"{role}{place}" for role in Role for place in ("", "2")]
LATER = timedelta(days=400)


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.fixture
def desk(session: Any) -> Desk:
    return Desk(session)


def of_the_house() -> list[Queue]:
    return list(queues._queues)


def name_of(each: Queue) -> str:
    return f"{each.table}.{each.verb}: {each.label.en}"


def test_a_queues_states_are_those_in_which_its_verb_begins() -> None:
    for each in of_the_house():
        states = set(dict(each.filters).get("state", "").split(",")) - {""}
        if each.verb == "edit":
            register = register_of(each.table)
            assert register is not None
            assert not register.editable_in or states <= set(names(register.editable_in)), name_of(each)
            continue
        verb = verb_named(each.verb_table, each.verb)
        assert verb is not None, name_of(each)
        if verb.move is None or each.on:
            continue
        assert states, f"{name_of(each)}: in any state, though its verb begins in some"
        assert states <= {str(state) for state in verb.move.start}, name_of(each)


@pytest.mark.on("sqlite")
def test_doing_the_verb_of_a_queue_takes_its_line_away(desk: Desk) -> None:
    _something_of_each(desk)
    left = of_the_house()
    for _ in range(3):  # what one verb leads to waits in the next one's queue
        left = [each for each in left if not _cleared(desk, each)]
    assert not left, "\n".join(name_of(each) for each in left)


def _cleared(desk: Desk, each: Queue) -> bool:
    """Whether somebody of the house could do it, and the line went."""
    for username in USERS:
        with here.acting_as(desk.person(username)):
            if each not in queues.queues_of_me():
                continue
            for row_id in _waiting(desk, each)[:6]:
                if _done(desk, each, row_id):
                    assert row_id not in _waiting(desk, each), f"{username}: {name_of(each)} stays"
                    return True
    return False


def _waiting(desk: Desk, each: Queue) -> list[int]:
    register = register_of(each.table)
    assert register is not None
    desk.session.expire_all()
    listing = Listing(register)
    asked = listing.asked({**each.filled(), "sort": each.sort, "size": "100"})
    return [] if asked.wrong else [row.id for row in listing.page(desk.session, asked, count=False).rows]


def _done(desk: Desk, each: Queue, row_id: int) -> bool:
    session = desk.session
    if each.verb == "edit":
        register = register_of(each.table)
        assert register is not None
        saving.edit(session, register, row_id, _edited(desk, each), from_json=True)
        return True
    verb = verb_named(each.verb_table, each.verb)
    assert verb is not None
    target = row_id
    if each.on:
        target = getattr(desk.one(each.table, row_id), f"{each.on}_id")
    told = would(session, verb, [target])
    assert not NEVER & {blocker.rule for blocker in told["blockers"]}, (name_of(each), told["blockers"])
    if told["blockers"]:
        return False
    try:
        run(session, verb, [target], _given(desk, verb, target, told["choices"]), from_json=True)
    except NotAllowed as refused:
        assert not NEVER & {blocker.rule for blocker in refused.blockers}, (name_of(each), refused)
        return False
    return True


def _edited(desk: Desk, each: Queue) -> dict[str, Any]:
    later = str(here.today() + LATER)
    return {
        "credential": {"valid_until": later}, "skill_certificate": {"valid_until": later}, "resident": {"until": later},
        "delegation": {"ends_on": str(here.today() + timedelta(days=20))}, "unit": {"state": "handed_over"},
        "department": {"head": desk.staff_id("general_manager")}, "lead": {"renovation_on": later},
    }[each.table]  # fmt: skip


def _given(desk: Desk, verb: Verb, row_id: int, choices: dict[str, Any]) -> dict[str, Any]:
    """What the dialog proposes, the first of what may be chosen, and something of each kind."""
    row = desk.one(verb.table, row_id)
    with here.in_whole_sight():
        given = {} if verb.many else verb.defaults(row, Act(desk.session, here.me()))
    given = {name: verb.asks[name].kind.to_json(value) for name, value in given.items() if value is not None}
    for name, spot in verb.asks.items():
        if name in given and name != "valid_until":
            continue
        free = [each["id"] for each in choices.get(name, ()) if not each.get("blockers")]
        if free:
            given[name] = free[0]
        elif not spot.required and name not in ("ideas", "finding"):
            continue
        elif isinstance(spot.kind, kinds.Choice):
            given[name] = str(list(spot.kind.words)[-1])
        elif isinstance(spot.kind, kinds.Money):
            given[name] = 1_000_000
        elif isinstance(spot.kind, kinds.Date):
            given[name] = str(given.get(name) if verb.name == "issue_permit" else here.today() + timedelta(days=90))
        else:
            given[name] = "已核实。"
    return given


def _something_of_each(desk: Desk) -> None:
    """Rows for the queues in which nothing waits in the demo, by verbs where the rules allow, by hand where only
    time would bring them there."""
    session, today = desk.session, here.today()

    def put(table: str, row_id: int, **values: Any) -> None:
        row = desk.one(table, row_id)
        with here.as_house():
            for name, value in values.items():
                setattr(row, name, value)
            session.commit()

    def untouched(lead: int) -> None:
        session.execute(
            sql("UPDATE lead SET touched_on = :on WHERE id = :id"), {"on": str(today - LATER / 2), "id": lead}
        )
        session.commit()

    new, dispatched, measured = (desk.ids("lead", state=state) for state in ("new", "dispatched", "measured"))
    for lead, days in zip(dispatched[:2], (0, -1), strict=True):
        put("lead", lead, next_contact_on=today + timedelta(days=days))
    for lead, days in zip(measured[:2], (0, -1), strict=True):
        put("lead", lead, inquiry_on=today - LATER / 2, show_home_on=today + timedelta(days=days), show_home_ideas=None)
    put("lead", new[0], renovation_on=None)
    untouched(new[-1])
    untouched(measured[-1])

    cases = desk.ids("renovation_application", state="under_work")
    put("renovation_application", cases[0], permitted_until=today + timedelta(days=5))
    put("renovation_application", cases[1], permitted_until=today - timedelta(days=5))
    inside, outside = (desk.ids("pass", inside=found, state="issued") for found in (True, False))
    put("pass", inside[0], valid_from=today - LATER, valid_until=today - timedelta(days=1))
    put("pass", outside[0], valid_from=today - LATER, valid_until=today - timedelta(days=1))
    put("pass", outside[1], valid_until=today + timedelta(days=2))
    item = desk.ids("scope_item", code="common_parts")[0]
    late = desk.enter("violation", "engineer", application=cases[2], scope_item=item, deadline=str(today + timedelta(days=1)),
                      description="巡查发现，已当场告知施工负责人并拍照。")  # fmt: skip
    put("violation", late, deadline=today - timedelta(days=1))
    put("charge", desk.ids("charge", state="due")[0], due_on=today - timedelta(days=1))
    put("credential", desk.ids("credential")[0], valid_until=today + timedelta(days=3))
    desk.enter("skill_certificate", "service_manager", worker=desk.ids("worker")[0], trade="gas", certificate_number="RQ-1",
               valid_until=str(today + timedelta(days=3)))  # fmt: skip
    put("resident", desk.ids("resident")[0], until=today + timedelta(days=3))
    put("unit", desk.ids("unit", state="unsold")[0], state="sold")
    desk.enter("delegation", "store_manager", from_staff=desk.staff_id("store_manager"), to_staff=desk.staff_id("store_manager2"),
               starts_on=str(today), ends_on=str(today + timedelta(days=2)), reason="出差",
               told_departments=desk.ids("department")[:1])  # fmt: skip
    desk.enter("penalty_ticket", "account_manager", staff=desk.staff_id("front_desk"), kind="calls", happened_on=str(today),
               evidence="铃响五声后接听。")  # fmt: skip
    first = next(each for each in desk.ids("dispatch", ended_at=None)
                 if desk.one("dispatch", each).lead_id in desk.ids("lead", state="dispatched"))  # fmt: skip
    designer = next(u for u in (f"designer{n}" for n in ("", *range(2, 13)))
                    if desk.staff_id(u) == desk.one("dispatch", first).designer_id)  # fmt: skip
    desk.do("dispatch", first, "request_decline", designer, reason="出差")
    month = today.replace(day=1) - timedelta(days=1)
    desk.enter("commission_run", "human_resources", month=f"{month:%Y-%m}")
    session.commit()


@pytest.fixture
def sit(desk: Desk) -> Iterator[Any]:
    yield lambda username: here.acting_as(desk.person(username))


@pytest.mark.on("sqlite")
def test_what_another_person_has_to_do_waits_for_them_only(desk: Desk, sit: Any) -> None:
    """R-3.3.1, R-3.4.8: the clerk who entered an application approves it not, and issues no permit on it."""
    mine = next(each for each in of_the_house() if each.verb == "issue_permit")
    for username, waits in (("renovation_clerk", False), ("renovation_clerk2", True)):
        with sit(username):
            assert bool(_waiting(desk, mine)) is waits
    case = desk.ids("renovation_application", state="draft")[0]
    desk.one("renovation_application", case).created_by_id = desk.staff_id("service_manager")
    desk.session.commit()
    desk.do("renovation_application", case, "submit", "renovation_clerk")
    approve = next(each for each in of_the_house() if each.verb == "approve" and each.table == "renovation_application")
    for username, waits in (("service_manager", False), ("service_manager2", True)):
        with sit(username):
            assert (case in _waiting(desk, approve)) is waits
    assert may(desk.person("service_manager"), "approve", "renovation_application")


def test_a_register_without_code_waits_in_every_state_its_verb_begins_in_and_is_taken_back() -> None:
    verb = {"name": "lend", "start": ["draft", "back"], "end": "lent", "other_person": True}
    assert waits_for(verb, ["draft", "lent", "back"]) == {"state": "draft,back", "created_by.neq": "me"}
    assert waits_for({**verb, "other_person": False}, ["back"]) == {"state": "back"}
    assert waits_for(verb, ["lent"]) == {}
    moves: Any = {
        "lend": Move(frozenset({"draft", "back"}), "lent"), "return": Move(frozenset({"lent"}), "back"),
        "lose": Move(frozenset({"lent"}), "lost"), "note": Move(frozenset({"lent"})),
    }  # fmt: skip
    assert {name: ways_back(name, moves) for name in moves} == {
        "lend": ["return"], "return": ["lend"], "lose": [], "note": [],
    }  # fmt: skip
