"""Fields that matter only when another holds a value: hidden, not asked for, not kept, and the history says so."""

from typing import Any

import pytest
from sqlalchemy import select

from app.core import mattering
from app.core.declaration import all_registers
from app.core.journal import JournalEntry
from app.core.mattering import only
from app.core.verbs import all_verbs
from app.demo import names
from app.demo.desk import Desk
from app.extensions import db
from tests.core.test_forms import form_in


def last_entry(table: str, row: int) -> JournalEntry:
    query = select(JournalEntry).where(JournalEntry.table_name == table, JournalEntry.row_id == row)
    return db.session.execute(query.order_by(JournalEntry.id.desc()).limit(1)).scalar_one()


@pytest.fixture
def contractor(session: Any) -> int:
    entered = Desk(session).enter("contractor", "service_manager", name="云山装饰", credit_code=names.credit_code(3))
    session.commit()
    return entered


@pytest.fixture
def credential(session: Any, contractor: int) -> int:
    desk = Desk(session)
    entered = desk.enter(
        "credential", "service_manager", contractor=contractor, kind="qualification", credential_number="D344012",
        level="二级",
    )  # fmt: skip
    session.commit()
    return entered


def test_one_or_several_values_a_yes_and_a_no() -> None:
    assert only("kind=a,b") == mattering.Only("kind", frozenset({"a", "b"}))
    assert only("with_lift") == mattering.Only("with_lift", frozenset({"1"}))
    assert only("with_lift=0").values == {"0"}


@pytest.mark.on("sqlite")
def test_what_is_said_to_matter_sometimes_is_a_field_by_a_field_and_may_be_empty(app: Any) -> None:
    for table, register in all_registers().items():
        known = register.fields()
        for name, each in mattering.conditions(register).items():
            assert {name, each.field} <= set(known), f"{table}.{name}"
            spot = known[name]
            column = register.model.__table__.c.get(spot.attribute)
            fits = column is None or column.nullable or spot.kind.widget == "checkbox"
            assert fits, f"{table}.{name} can't be emptied"
            options = {value for value, _ in getattr(known[each.field].kind, "options", [("1", ""), ("0", "")])}
            assert each.values <= options, f"{table}.{name}: {each}"
    for verb in all_verbs():
        for name, asked in verb.asks.items():
            if asked.when:
                each = only(asked.when)
                options = {value for value, _ in getattr(verb.asks[each.field].kind, "options", [("1", ""), ("0", "")])}
                assert each.values <= options, f"{verb.table}.{verb.name}.{name}"


def test_what_is_not_shown_is_not_kept_and_the_history_says_so(sign_in: Any, credential: int) -> None:
    manager = sign_in("service_manager")
    page = manager.get(f"/credential/{credential}/edit")
    assert 'data-when="kind=qualification"' in page.text
    sent = {**form_in(page), "kind": "business_licence", "level": "一级"}
    assert manager.post(f"/credential/{credential}/edit", sent).status_code == 302
    assert Desk(db.session).one("credential", credential).level is None
    entry = last_entry("credential", credential)
    assert (entry.before or {})["level"] == "二级"
    assert (entry.after or {})["level"] is None
    assert "二级" in manager.get(f"/credential/{credential}/part/history").text


def test_a_new_record_the_api_and_a_cell_keep_to_it_too(
    sign_in: Any, api: Any, credential: int, contractor: int
) -> None:
    manager, program = sign_in("service_manager"), api("service_manager")
    made = program.post(
        "credential/", contractor=contractor, kind="business_licence", credential_number="9144", level="一级"
    )
    assert made.status_code == 201, made.text
    assert Desk(db.session).one("credential", made.json["id"]).level is None
    # neither read nor asked for: what is too long there is no fault
    sent = {"contractor": contractor, "kind": "business_licence", "credential_number": "9145", "level": "很长" * 200}
    assert manager.post("/credential/new", sent).status_code == 302
    licence = Desk(db.session).ids("credential", credential_number="9145")[0]
    told = manager.post("/credential/change", {"field": "level", "ids": [licence, credential], "level": "一级"})
    assert "不需要填这一项" in told.text
    assert program.put(f"credential/{credential}", kind="business_licence", version=1).status_code == 200
    assert Desk(db.session).one("credential", credential).level is None


def test_a_row_of_a_child_is_emptied_and_shown_by_its_own_fields(
    sign_in: Any, contractor: int, credential: int
) -> None:
    manager = sign_in("service_manager")
    page = manager.get(f"/contractor/{contractor}/edit")
    assert f'name="credential.{credential}.was"' in page.text
    assert f'data-when="credential.{credential}.kind=qualification"' in page.text
    sent = {**form_in(page), f"credential.{credential}.kind": "business_licence"}
    assert manager.post(f"/contractor/{contractor}/edit", sent).status_code == 302
    assert Desk(db.session).one("credential", credential).level is None


def test_a_parameter_of_a_verb_that_does_not_matter_is_neither_asked_for_nor_taken(session: Any) -> None:
    from app.core.answers import Faulty
    from app.core.kinds import Choice, Text, YesNo
    from app.core.runner import read_params
    from app.core.verbs import Ask
    from app.core.words import Words, say

    class Way(Words):
        CASH = "cash", "现金", "Cash"
        CARD = "card", "刷卡", "Card"
        BANK = "bank", "转账", "Transfer"

    class Pay:
        asks = {
            "way": Ask(Choice(words=Way), say("方式", "Way"), name="way"),
            "slip": Ask(Text(size=8), say("凭证号", "Slip"), name="slip", when="way=card,bank"),
            "split": Ask(YesNo(), say("分期", "In parts"), name="split", required=False),
            "parts": Ask(Text(size=8), say("期数", "Parts"), name="parts", when="split"),
        }

    def read(**given: Any) -> dict[str, Any]:
        return read_params(session, Pay(), given)  # type: ignore[arg-type]

    assert read(way="cash", slip="比八个字长得多的凭证号", split="0", parts="3") == {
        "way": "cash", "slip": None, "split": False, "parts": None
    }  # fmt: skip
    for missing, given in (("slip", {"way": "bank"}), ("parts", {"way": "cash", "split": "1"})):
        with pytest.raises(Faulty) as refused:
            read(**given)
        assert set(refused.value.faults) == {missing}


def test_a_field_without_code_is_there_only_when_it_was_said(sign_in: Any, session: Any) -> None:
    admin, manager = sign_in("admin"), sign_in("account_manager")
    field = {
        "table": "lead",
        "kind": "text",
        "name": "shop",
        "zh": "网店",
        "en": "Shop",
        "listed": "1",
        "required": "1",
    }
    page = admin.get("/added_field/new?table=lead")
    assert 'name="only" value="source=web"' in page.text
    two = admin.post("/added_field/new", {**field, "only": ["source=web", "kind=x"]})
    assert two.status_code == 422
    assert admin.post("/added_field/new", {**field, "only": ["source=web", "source=referral"]}).status_code == 302
    page = manager.get("/lead/new")
    assert 'data-when="source=referral,web"' in page.text
    typed = {"customer_name": "李想", "phone": "13800138000", "shop": "旗舰店"}
    assert manager.post("/lead/new", {**typed, "source": "walk_in"}).status_code == 302
    assert manager.post("/lead/new", {**typed, "phone": "13800138001", "source": "web", "shop": ""}).status_code == 422
    assert manager.post("/lead/new", {**typed, "phone": "13800138001", "source": "web"}).status_code == 302
    desk = Desk(db.session)
    held = {each: getattr(desk.one("lead", each), "shop", None) for each in desk.ids("lead", customer_name="李想")}
    assert sorted(held.values(), key=str) == [None, "旗舰店"]
    web = next(each for each, value in held.items() if value)
    assert (
        manager.post(f"/lead/{web}/edit", {**form_in(manager.get(f"/lead/{web}/edit")), "source": "phone"}).status_code
        == 302
    )
    assert getattr(Desk(db.session).one("lead", web), "shop", None) is None
    assert "旗舰店" in manager.get(f"/lead/{web}/part/history").text
