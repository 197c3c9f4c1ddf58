"""Children of children in one form: a contractor, the workers, and the certificates of each."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.contractors.views import ContractorRegister, WorkerRegister
from app.core import child_names, children, gate, here, rights
from app.core.added import loading as added
from app.core.child_names import MOST_SENT
from app.core.children import MOST_BELOW, MOST_NEW_BELOW
from app.core.declaration import all_registers, register_of
from app.core.journal import JournalEntry
from app.demo import names
from app.demo.desk import Desk
from app.extensions import db
from app.owners.views import BuildingRegister, UnitRegister
from tests.browserless import Browserless
from tests.conftest import PASSWORD
from tests.core.test_forms import form_in

CLERK = "service_manager"
CERTIFICATES = "skill_certificate"


@pytest.fixture
def contractor(session: Any) -> int:
    """Two workers; the first has two certificates."""
    desk = Desk(session)
    row = desk.enter("contractor", CLERK, name="云山装饰", credit_code=names.credit_code(3))
    for number, name in enumerate(("王电", "李水"), start=700):
        desk.enter("worker", CLERK, contractor=row, name=name, id_number=names.identity_card(number))
    for number in ("D-1", "D-2"):
        enter_certificate(desk, worker(row, "王电"), number)
    session.commit()
    return row


def enter_certificate(desk: Desk, of: int, number: str) -> int:
    return desk.enter(
        CERTIFICATES, CLERK, worker=of, trade="electric", certificate_number=number, valid_until="2030-01-01"
    )


def worker(contractor: int, name: str) -> int:
    return next(row.id for row in workers(contractor) if row.name == name)


def workers(contractor: int) -> list[Any]:
    desk = Desk(db.session)
    return [desk.one("worker", each) for each in desk.ids("worker", contractor_id=contractor)]


def certificates(worker: int) -> dict[str, Any]:
    desk = Desk(db.session)
    rows = [desk.one(CERTIFICATES, each) for each in desk.ids(CERTIFICATES, worker_id=worker)]
    return {row.certificate_number: row for row in rows}


def new_worker(number: int, name: str, card: int) -> dict[str, str]:
    return {f"worker.n{number}.was": "", f"worker.n{number}.name": name,
            f"worker.n{number}.id_number": names.identity_card(card)}  # fmt: skip


def new_certificate(of: int | str, number: int, called: str, **more: str) -> dict[str, str]:
    begin = f"worker.{of}.{CERTIFICATES}.n{number}"
    given = {"trade": "electric", "certificate_number": called, "valid_until": "2030-01-01", **more}
    return {f"{begin}.was": "", **{f"{begin}.{name}": value for name, value in given.items()}}


@pytest.fixture
def granted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`granted(worker={"delete"}, skill_certificate=…)`: what the clerk may besides; with a minus, what not."""

    def grant(**tables: set[str]) -> None:
        stands = rights.standing()
        of = dict(stands.roles[CLERK])
        for table, verbs in tables.items():
            of[table] = (of[table] | {v for v in verbs if v[0] != "-"}) - {v[1:] for v in verbs if v[0] == "-"}
        monkeypatch.setattr(rights, "_now", [rights.Standing({**stands.roles, CLERK: of}, stands.column_rule)])

    return grant


# --- names --------------------------------------------------------------------------------


def test_a_name_is_put_together_and_taken_apart_in_one_way() -> None:
    below = child_names.section(child_names.row(child_names.section("", "worker"), 12), CERTIFICATES)
    name = child_names.field(child_names.row(below, "n1"), "trade")
    assert name == "worker.12.skill_certificate.n1.trade"
    apart = child_names.taken_apart(name)
    assert apart is not None
    assert (apart.rows, apart.field) == ((("worker", "12"), (CERTIFICATES, "n1")), "trade")
    assert (apart.table, apart.row_id, apart.row) == (CERTIFICATES, None, "worker.12.skill_certificate.n1")


@pytest.mark.parametrize("name", [
    "trade", "part.at", "rows.worker", "worker.12.skill_certificate.trade", "worker.12.a.1.b.2.trade", "worker.0.name",
    "worker.-1.name", "worker..name", "worker.².name", "worker.１２.name", "worker.1234567890.name", "worker.abc1.name",
    "Worker.1.name", "worker.12' or 1.name", ".12.name", "worker.n.name",
])  # fmt: skip
def test_what_is_called_otherwise_is_no_field_of_a_row(name: str) -> None:
    assert child_names.taken_apart(name) is None


def test_of_one_form_no_more_rows_are_told_than_may_be_sent() -> None:
    found = child_names.keys(f"worker.n{each}.was" for each in range(1, 10 * MOST_SENT))
    assert len(found["worker"]) == MOST_SENT + 1


# --- which they are -----------------------------------------------------------------------


@pytest.mark.on("sqlite")
def test_a_register_is_a_part_with_its_own_parts_and_two_levels_are_the_most(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.as_house():
        nested = {
            (table, each.table, below.table)
            for table, register in all_registers().items()
            for each in children.all_of(register)
            for below in each.all_below
        }
        assert nested == {("contractor", "worker", CERTIFICATES)}
        assert not any(
            deeper for register in all_registers().values() for each in children.all_of(register)
            for below in each.all_below for deeper in below.all_below
        )  # fmt: skip
        monkeypatch.setattr(WorkerRegister, "nested", False)
        assert not any(each.all_below for each in children.all_of(ContractorRegister))
        worker = register_of("worker")
        assert worker is not None
        assert [each.table for each in children.all_of(worker)] == [CERTIFICATES], "on its own form they stand"
        column = worker.model.__table__.c.contractor_id
        monkeypatch.setattr(column, "nullable", False)
        assert children.is_part(worker, "contractor"), "what is related to it is a part of it"
        assert not children.is_part(worker, "contractor", below=0)
        monkeypatch.setattr(WorkerRegister, "related", "skill_certificate.worker pass.worker")
        assert not children.is_part(worker, "contractor")


# --- one save -----------------------------------------------------------------------------


def test_a_new_contractor_brings_workers_with_their_certificates(sign_in: Any, app: Flask) -> None:
    clerk = sign_in(CLERK)
    sent = {
        **form_in(clerk.get("/contractor/new")), "name": "云山装饰", "credit_code": names.credit_code(4),
        **new_worker(1, "王电", 700), **new_certificate("n1", 1, "D-1"), **new_certificate("n1", 2, "D-2"),
        **new_worker(2, "李水", 701), **new_certificate("n2", 1, "S-1", trade="water"),
    }  # fmt: skip
    for _ in range(2):  # a double click
        assert clerk.post("/contractor/new", sent).status_code == 302
    (made,) = Desk(db.session).ids("contractor", name="云山装饰")
    assert {row.name: set(certificates(row.id)) for row in workers(made)} == {"王电": {"D-1", "D-2"}, "李水": {"S-1"}}
    entries = db.session.query(JournalEntry).filter(JournalEntry.act.in_(
        db.session.query(JournalEntry.act).filter_by(table_name="contractor", row_id=made, verb="add")
    )).all()  # fmt: skip
    told = [(each.table_name, each.verb) for each in entries]
    assert sorted(told) == sorted([
        ("contractor", "add"), ("worker", "add"), ("worker", "add"), *[(CERTIFICATES, "add")] * 3
    ])  # fmt: skip


def test_one_save_edits_enters_and_removes_on_both_levels(
    sign_in: Any, contractor: int, granted: Callable[..., None]
) -> None:
    granted(worker={"delete"}, skill_certificate={"delete"})
    clerk, first, second = sign_in(CLERK), worker(contractor, "王电"), worker(contractor, "李水")
    one, two = certificates(first).values()
    page = clerk.get(f"/contractor/{contractor}/edit")
    form = form_in(page)
    begin = f"worker.{first}.{CERTIFICATES}"
    sent = {
        **form, f"{begin}.{one.id}.valid_until": "2031-05-01", f"{begin}.{two.id}.gone": "1",
        f"worker.{first}.phone": "13800138000",
        **new_certificate(second, 1, "D-2"),  # what goes from one stands with the other
    }  # fmt: skip
    assert clerk.post(f"/contractor/{contractor}/edit", sent).status_code == 302
    assert {k: str(row.valid_until) for k, row in certificates(first).items()} == {"D-1": "2031-05-01"}
    assert set(certificates(second)) == {"D-2"}
    assert Desk(db.session).one("worker", first).phone == "13800138000"
    assert Desk(db.session).one("worker", second).version == 1, "a row is not changed with what stands below it"
    story = clerk.get(f"/contractor/{contractor}/part/story").text
    told = {re.sub(r"</?ins>", "", each) for each in re.findall(r"<li>((?:施工人员|技能证书)：.*?)</li>", story)}
    assert {"施工人员：修改 王电", "技能证书：登记 D-2", "技能证书：修改 D-1"} <= told
    assert any(each.startswith("技能证书：删除") for each in told)
    assert "D-2" in clerk.get(f"/worker/{second}/part/related").text


def test_what_stands_below_a_removed_row_goes_with_it(
    sign_in: Any, contractor: int, granted: Callable[..., None]
) -> None:
    clerk, first = sign_in(CLERK), worker(contractor, "王电")
    granted(worker={"delete"})
    sent = {
        **form_in(clerk.get(f"/contractor/{contractor}/edit")), f"worker.{first}.gone": "1",
        **new_certificate(first, 1, "D-9"),
    }  # fmt: skip
    page = clerk.post(f"/contractor/{contractor}/edit", sent)
    assert page.status_code == 422, "who may not delete certificates does not by another way"
    assert set(certificates(first)) == {"D-1", "D-2"}
    assert "D-9" in page.text
    granted(worker={"delete"}, skill_certificate={"delete"})
    assert clerk.post(f"/contractor/{contractor}/edit", form_in(page)).status_code == 302
    assert [row.name for row in workers(contractor)] == ["李水"]
    assert not Desk(db.session).ids(CERTIFICATES)


def test_all_that_is_wrong_is_told_at_once_at_its_own_field(sign_in: Any, contractor: int) -> None:
    clerk, first = sign_in(CLERK), worker(contractor, "王电")
    one = certificates(first)["D-1"].id
    wrong = {
        "phone": "12", f"worker.{first}.{CERTIFICATES}.{one}.valid_until": "昨天", **new_worker(5, "", 702),
        **new_certificate("n5", 3, "D-1", trade=""), **new_certificate(first, 8, "D-2"),
    }  # fmt: skip
    sent = {**form_in(clerk.get(f"/contractor/{contractor}/edit")), **wrong}
    for parent in ("12", "13800138000"):
        page = clerk.post(f"/contractor/{contractor}/edit", {**sent, "phone": parent})
        assert page.status_code == 422
        told = re.sub(r"<[^>]+>", "", page.text)
        assert "施工人员第 1 行 技能证书第 1 行 有效期至" in told
        assert "施工人员第 3 行 姓名" in told
        assert "施工人员第 3 行 技能证书第 1 行 工种" in told, "what stands below a refused row is looked at as well"
        for name in (f"worker.{first}.{CERTIFICATES}.{one}.valid_until", f"worker.n5.{CERTIFICATES}.n3.trade"):
            assert f'href="#f-{name}"' in page.text
            assert f'id="f-{name}"' in page.text
    assert "施工人员第 1 行 技能证书第 3 行" in told, "D-2 stands already"
    assert set(certificates(first)) == {"D-1", "D-2"}
    ids = re.findall(r'\bid="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))
    right = {
        **form_in(page), f"worker.{first}.{CERTIFICATES}.{one}.valid_until": "2031-01-01", "worker.n5.name": "赵电",
        f"worker.n5.{CERTIFICATES}.n3.trade": "gas", f"worker.{first}.{CERTIFICATES}.n8.certificate_number": "D-8",
    }  # fmt: skip
    assert clerk.post(f"/contractor/{contractor}/edit", right).status_code == 302
    assert set(certificates(first)) == {"D-1", "D-2", "D-8"}
    assert set(certificates(worker(contractor, "赵电"))) == {"D-1"}


def test_an_empty_row_is_none_unless_something_stands_below_it(sign_in: Any, contractor: int) -> None:
    clerk = sign_in(CLERK)
    form = form_in(clerk.get(f"/contractor/{contractor}/edit"))
    assert "worker.n0.was" in form
    assert f"worker.n0.{CERTIFICATES}.n0.was" in form
    assert clerk.post(f"/contractor/{contractor}/edit", form).status_code == 302
    assert len(workers(contractor)) == 2
    form = form_in(clerk.get(f"/contractor/{contractor}/edit"))
    page = clerk.post(f"/contractor/{contractor}/edit", {**form, **new_certificate("n0", 0, "D-9")})
    assert page.status_code == 422
    assert "施工人员第 3 行 姓名" in page.text


# --- rights, scopes, masks ----------------------------------------------------------------


def test_each_level_goes_its_own_way_through_rights(
    sign_in: Any, contractor: int, granted: Callable[..., None]
) -> None:
    clerk, first = sign_in(CLERK), worker(contractor, "王电")
    one = certificates(first)["D-1"].id
    there = f"worker.{first}.{CERTIFICATES}"
    opened = form_in(clerk.get(f"/contractor/{contractor}/edit"))
    granted(skill_certificate={"-add", "-edit"})
    page = clerk.get(f"/contractor/{contractor}/edit")
    assert there not in page.text
    sent = {**opened, f"{there}.{one}.valid_until": "2031-01-01", **new_certificate(first, 1, "D-9")}
    assert clerk.post(f"/contractor/{contractor}/edit", {**sent, f"worker.{first}.name": "王师傅"}).status_code == 302
    assert workers(contractor)[0].name == "王师傅"
    assert set(certificates(first)) == {"D-1", "D-2"}
    assert str(certificates(first)["D-1"].valid_until) == "2030-01-01"
    granted(worker={"-add", "-edit"}, skill_certificate={"add", "edit"})
    page = clerk.get(f"/contractor/{contractor}/edit")
    form = form_in(page)
    assert f"worker.{first}.name" not in form, "the worker is shown, not typed"
    assert form[f"worker.{first}.shown"] == "1"
    sent = {**form, f"{there}.{one}.valid_until": "2031-01-01", **new_certificate(first, 1, "D-9"),
            f"worker.{first}.name": "王五"}  # fmt: skip
    refused = clerk.post(f"/contractor/{contractor}/edit", {**sent, f"{there}.n1.trade": ""})
    assert refused.status_code == 422
    assert "李水" in refused.text, "what is not typed is shown again"
    assert clerk.post(f"/contractor/{contractor}/edit", sent).status_code == 302
    assert set(certificates(first)) == {"D-1", "D-2", "D-9"}
    assert str(certificates(first)["D-1"].valid_until) == "2031-01-01"
    assert workers(contractor)[0].name == "王师傅"


def test_nothing_is_held_by_a_row_of_another_parent(sign_in: Any, contractor: int, session: Any) -> None:
    """A certificate goes by its worker, the worker by this contractor: whoever says otherwise is refused."""
    clerk, first, second = sign_in(CLERK), worker(contractor, "王电"), worker(contractor, "李水")
    one = certificates(first)["D-1"].id
    other = Desk(session).enter("contractor", CLERK, name="别家", credit_code=names.credit_code(5))
    session.commit()
    opened = form_in(clerk.get(f"/contractor/{contractor}/edit"))
    mine = {
        k: v
        for k, v in opened.items()
        if k.startswith((f"worker.{first}.{CERTIFICATES}.{one}.", f"worker.{first}.was"))
    }
    elsewhere = form_in(clerk.get(f"/contractor/{other}/edit"))
    changed = {f"worker.{first}.{CERTIFICATES}.{one}.trade": "gas"}
    page = clerk.post(f"/contractor/{other}/edit", {**elsewhere, **mine, **changed})
    assert page.status_code == 422
    moved = {name.replace(f"worker.{first}.", f"worker.{second}."): v for name, v in {**mine, **changed}.items()}
    page = clerk.post(f"/contractor/{contractor}/edit", {**opened, **moved})
    assert page.status_code == 422
    page = clerk.post(
        f"/contractor/{other}/edit", {**elsewhere, **new_certificate(first, 1, "D-9"), f"worker.{first}.shown": "1"}
    )
    assert page.status_code == 422
    assert certificates(first)["D-1"].trade == "electric"
    assert set(certificates(first)) == {"D-1", "D-2"}
    assert not certificates(second)


def test_rows_out_of_reach_stand_on_no_level(
    sign_in: Any, contractor: int, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, first, desk = sign_in(CLERK), worker(contractor, "王电"), Desk(session)
    for number in range(MOST_BELOW + 1):
        enter_certificate(desk, first, f"HIDDEN-{number}")
    seen = enter_certificate(desk, first, "SEEN")
    session.commit()
    scopes = gate.declared()[CERTIFICATES]
    only = {**scopes, CLERK: lambda model, _: model.certificate_number == "SEEN"}
    monkeypatch.setitem(gate._scopes, CERTIFICATES, only)
    page = clerk.get(f"/contractor/{contractor}/edit")
    shown = {name for name in form_in(page) if name.endswith(".was") and f"{CERTIFICATES}.n" not in name}
    assert f"worker.{first}.{CERTIFICATES}.{seen}.was" in shown, "what is hidden takes no place of what is seen"
    assert len([name for name in shown if CERTIFICATES in name]) == 1
    assert f"/{CERTIFICATES}/?worker={first}" not in page.text
    monkeypatch.setitem(
        gate._scopes, "worker", {**gate.declared()["worker"], CLERK: lambda model, _: model.name != "王电"}
    )
    page = clerk.get(f"/contractor/{contractor}/edit")
    assert "SEEN" not in page.text


def test_a_masked_field_below_is_masked_and_stays(
    sign_in: Any, contractor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, first = sign_in(CLERK), worker(contractor, "王电")
    one = certificates(first)["D-1"].id
    usual = rights.standing().column_rule

    def rule(now: Any, roles: Any, table: str, name: str) -> str:
        return (
            rights.MASKED if (table, name) == (CERTIFICATES, "certificate_number") else usual(now, roles, table, name)
        )

    monkeypatch.setattr(rights, "_now", [rights.Standing(rights.standing().roles, rule)])
    page = clerk.get(f"/contractor/{contractor}/edit")
    assert "D-1" not in page.text
    sent = {**form_in(page), f"worker.{first}.{CERTIFICATES}.{one}.valid_until": "2031-01-01"}
    assert clerk.post(f"/contractor/{contractor}/edit", sent).status_code == 302
    assert str(certificates(first)["D-1"].valid_until) == "2031-01-01"


# --- two people ---------------------------------------------------------------------------


def test_two_people_at_the_same_certificates_lose_nothing(sign_in: Any, contractor: int) -> None:
    mine, theirs = sign_in(CLERK), sign_in("service_manager2")
    first = worker(contractor, "王电")
    one, two = (each.id for each in certificates(first).values())
    begin = f"worker.{first}.{CERTIFICATES}"
    opened, other = (form_in(each.get(f"/contractor/{contractor}/edit")) for each in (mine, theirs))
    changed = {f"{begin}.{one}.valid_until": "2031-01-01", f"{begin}.{two}.trade": "water", "phone": "13800138001"}
    assert theirs.post(f"/contractor/{contractor}/edit", {**other, **changed}).status_code == 302
    typed = {
        f"{begin}.{one}.valid_until": "2032-02-02", f"{begin}.{two}.valid_until": "2033-03-03", "phone": "13800138002",
        **new_certificate(first, 1, "D-3"),
    }  # fmt: skip
    page = mine.post(f"/contractor/{contractor}/edit", {**opened, **typed})
    assert page.status_code == 409  # the contractor's own field, side by side; the rows wait behind it
    page = mine.post(f"/contractor/{contractor}/edit", {**form_in(page), "keep.phone": "theirs"})
    assert page.status_code == 422
    assert "别人刚改为「2031-01-01」" in page.text
    assert "D-3" in page.text
    assert mine.post(f"/contractor/{contractor}/edit", form_in(page)).status_code == 302
    found = certificates(first)
    assert {k: (row.trade, str(row.valid_until)) for k, row in found.items()} == {
        "D-1": ("electric", "2032-02-02"), "D-2": ("water", "2033-03-03"), "D-3": ("electric", "2030-01-01"),
    }  # fmt: skip


def test_a_row_that_went_meanwhile_comes_back_as_a_new_one_with_what_stood_below_it(
    sign_in: Any, contractor: int, granted: Callable[..., None]
) -> None:
    granted(worker={"delete"}, skill_certificate={"delete"})
    mine, theirs = sign_in(CLERK), sign_in("service_manager2")
    first = worker(contractor, "王电")
    one = certificates(first)["D-1"].id
    opened, other = (form_in(each.get(f"/contractor/{contractor}/edit")) for each in (mine, theirs))
    assert theirs.post(f"/contractor/{contractor}/edit", {**other, f"worker.{first}.gone": "1"}).status_code == 302
    typed = {f"worker.{first}.{CERTIFICATES}.{one}.valid_until": "2031-01-01", **new_certificate(first, 1, "D-3")}
    page = mine.post(f"/contractor/{contractor}/edit", {**opened, **typed})
    assert page.status_code == 422
    assert "这一行已被别人删除" in page.text
    form = form_in(page)
    assert form[f"worker.v{first}.{CERTIFICATES}.v{one}.valid_until"] == "2031-01-01"
    assert form[f"worker.v{first}.{CERTIFICATES}.n1.certificate_number"] == "D-3"
    # What was seen in part does not come back by itself: it is typed again.
    again = {**form, f"worker.v{first}.id_number": names.identity_card(700)}
    assert mine.post(f"/contractor/{contractor}/edit", again).status_code == 302
    assert set(certificates(worker(contractor, "王电"))) == {"D-1", "D-2", "D-3"}


def test_many_who_save_at_once_keep_each_row_once(app: Flask, sign_in: Any, contractor: int) -> None:
    first = worker(contractor, "王电")
    browsers = [sign_in(CLERK), Browserless(app, "service_manager2", PASSWORD), Browserless(app, CLERK, PASSWORD)]
    forms = [form_in(each.get(f"/contractor/{contractor}/edit")) for each in browsers]
    start, answers = Barrier(len(browsers)), dict[int, Any]()

    def save(number: int) -> None:
        mine = {**new_certificate(first, 1, f"X-{number}"), **new_certificate(first, 2, "THE-SAME")}
        start.wait()
        answers[number] = browsers[number].post(f"/contractor/{contractor}/edit", {**forms[number], **mine})

    threads = [Thread(target=save, args=(number,)) for number in range(len(browsers))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(each.status_code for each in answers.values()) == [302, 422, 422]
    assert all("THE-SAME" in each.text for each in answers.values() if each.status_code == 422)
    assert len(certificates(first)) == 4


@pytest.mark.parametrize("way", ["form", "api"])
def test_who_removes_a_worker_and_who_adds_to_it_leave_no_certificate_of_nobody(
    app: Flask, sign_in: Any, api: Any, contractor: int, granted: Callable[..., None], way: str
) -> None:
    granted(worker={"delete"}, skill_certificate={"delete"})
    first, edit = worker(contractor, "王电"), f"/contractor/{contractor}/edit"
    removing, adding, client = sign_in(CLERK), Browserless(app, "service_manager2", PASSWORD), api(CLERK)
    gone = {**form_in(removing.get(edit)), f"worker.{first}.gone": "1"}
    more = {**form_in(adding.get(edit)), **new_certificate(first, 1, "LATE")}
    start, answers = Barrier(2), dict[str, int]()
    late = {"worker": first, "trade": "gas", "certificate_number": "LATE", "valid_until": "2030-01-01"}

    def remove() -> None:
        start.wait()
        answers["removed"] = removing.post(edit, gone).status_code

    def add() -> None:
        start.wait()
        answer = client.post(f"{CERTIFICATES}/", **late) if way == "api" else adding.post(edit, more)
        answers["added"] = answer.status_code

    threads = [Thread(target=remove), Thread(target=add)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    is_there = bool(Desk(db.session).ids("worker", id=first))
    assert answers["removed"] == (422 if is_there else 302)
    assert answers["added"] in ((200, 201, 302) if is_there else (404, 409, 422)), answers
    assert set(certificates(first)) == ({"D-1", "D-2", "LATE"} if is_there else set())


# --- drafts, duplicates, bounds -----------------------------------------------------------


def test_a_draft_keeps_what_was_typed_on_both_levels(sign_in: Any, contractor: int) -> None:
    clerk, first = sign_in(CLERK), worker(contractor, "王电")
    form = form_in(clerk.get(f"/contractor/{contractor}/edit"))
    typed = {**new_certificate(first, 1, "D-9"), **new_worker(1, "赵电", 703), **new_certificate("n1", 1, "Z-1")}
    assert clerk.post(f"/contractor/{contractor}/draft", {**form, **typed}).status_code == 204
    back = form_in(clerk.get(f"/contractor/{contractor}/edit?draft=1"))
    assert {name: back[name] for name in typed} == typed
    assert clerk.post(f"/contractor/{contractor}/edit", back).status_code == 302
    assert set(certificates(first)) == {"D-1", "D-2", "D-9"}
    assert set(certificates(worker(contractor, "赵电"))) == {"Z-1"}


def test_what_was_typed_about_a_record_out_of_reach_is_listed_in_words(
    sign_in: Any, contractor: int, granted: Callable[..., None]
) -> None:
    clerk, first = sign_in(CLERK), worker(contractor, "王电")
    one = certificates(first)["D-1"].id
    form = form_in(clerk.get(f"/contractor/{contractor}/edit"))
    granted(contractor={"-edit"})
    typed = {f"worker.{first}.{CERTIFICATES}.{one}.valid_until": "2031-01-01", **new_certificate(first, 1, "D-9")}
    page = clerk.post(f"/contractor/{contractor}/edit", {**form, **typed})
    assert page.status_code == 403
    for told in ("有效期至", "2031-01-01", "D-9", "电工"):
        assert told in page.text
    listed = re.sub(r"<input[^>]*>", "", page.text)
    assert "D-1" not in listed, "what was not typed is not listed"
    assert "skill_certificate" not in re.sub(r"<[^>]+>", "", listed)


def test_a_copy_brings_what_each_register_lets_come_along(
    sign_in: Any, contractor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = sign_in(CLERK)
    assert not any(".n1." in name for name in form_in(clerk.get(f"/contractor/new?copy={contractor}")))
    monkeypatch.setattr(ContractorRegister, "copied_children", "worker")
    form = form_in(clerk.get(f"/contractor/new?copy={contractor}"))
    assert (form["worker.n1.name"], form["worker.n2.name"]) == ("王电", "李水")
    assert f"worker.n1.{CERTIFICATES}.n1.was" not in form, "switched off by name: a certificate is one person's own"
    monkeypatch.setattr(WorkerRegister, "copied_children", None)
    form = form_in(clerk.get(f"/contractor/new?copy={contractor}"))
    assert form[f"worker.n1.{CERTIFICATES}.n2.trade"] == "electric"
    assert form[f"worker.n1.{CERTIFICATES}.n2.certificate_number"] == "", "stands once only"
    cards = {f"worker.n{n}.id_number": names.identity_card(710 + n) for n in (1, 2)}
    numbers = {f"worker.n1.{CERTIFICATES}.n{n}.certificate_number": f"N-{n}" for n in (1, 2)}
    own = {"name": "云山二部", "credit_code": names.credit_code(6)}
    assert clerk.post("/contractor/new", {**form, **cards, **numbers, **own}).status_code == 302
    (made,) = Desk(db.session).ids("contractor", name="云山二部")
    assert set(certificates(worker(made, "王电"))) == {"N-1", "N-2"}


def test_a_form_brings_no_more_than_a_bound_on_either_level(sign_in: Any, contractor: int) -> None:
    clerk, first = sign_in(CLERK), worker(contractor, "王电")
    form = form_in(clerk.get(f"/contractor/{contractor}/edit"))
    many: dict[str, str] = {}
    for number in range(MOST_NEW_BELOW + 1):
        many |= new_certificate(first, number + 1, f"M-{number}")
    page = clerk.post(f"/contractor/{contractor}/edit", {**form, **many})
    assert page.status_code == 422
    assert f"一次最多登记 {MOST_NEW_BELOW} 行新的" in page.text
    assert f'href="#f-worker.{first}.{CERTIFICATES}"' in page.text
    many = {f"worker.{first}.{CERTIFICATES}.{900_000 + n}.was": "" for n in range(2 * MOST_SENT)}
    page = clerk.post(f"/contractor/{contractor}/edit", {**form, **many})
    assert page.status_code == 422
    assert f"最多带 {MOST_SENT} 行" in page.text
    assert set(certificates(first)) == {"D-1", "D-2"}


def test_of_many_rows_below_a_row_the_first_are_shown_and_the_others_left_alone(
    sign_in: Any, contractor: int, session: Any
) -> None:
    clerk, first = sign_in(CLERK), worker(contractor, "王电")
    desk = Desk(session)
    for number in range(MOST_BELOW - 2):
        enter_certificate(desk, first, f"E-{number}")
    session.commit()
    assert f"/{CERTIFICATES}/?worker={first}" not in clerk.get(f"/contractor/{contractor}/edit").text
    enter_certificate(desk, first, "LAST")
    session.commit()
    page = clerk.get(f"/contractor/{contractor}/edit")
    assert f'href="/{CERTIFICATES}/?worker={first}"' in page.text
    assert "LAST" not in page.text
    shown = [
        name for name in form_in(page) if name.startswith(f"worker.{first}.{CERTIFICATES}.") and name.endswith(".was")
    ]
    assert len(shown) == MOST_BELOW + 1  # and the empty one
    assert clerk.post(f"/contractor/{contractor}/edit", form_in(page)).status_code == 302
    assert len(certificates(first)) == MOST_BELOW + 1


@contextmanager
def statements() -> Iterator[list[str]]:
    found: list[str] = []
    event.listen(db.engine, "before_cursor_execute", tell := lambda *given: found.append(given[2]))
    yield found
    event.remove(db.engine, "before_cursor_execute", tell)


def test_statements_do_not_grow_with_the_rows_on_either_level(sign_in: Any, contractor: int, session: Any) -> None:
    clerk, way = sign_in(CLERK), f"/contractor/{contractor}/edit"
    clerk.get(way)
    with statements() as few:
        form = form_in(clerk.get(way))
    with statements() as few_saved:
        assert clerk.post(way, form).status_code == 302
    desk = Desk(session)
    for number in range(15):
        row = desk.enter(
            "worker", CLERK, contractor=contractor, name=f"工{number}", id_number=names.identity_card(720 + number)
        )
        for each in range(3):
            enter_certificate(desk, row, f"G-{number}-{each}")
    session.commit()
    clerk.get(way)
    with statements() as many:
        form = form_in(clerk.get(way))
    with statements() as many_saved:
        assert clerk.post(way, form).status_code == 302
    assert sum(name.endswith(".was") for name in form) > 60
    reads = [len([each for each in found if each.startswith("SELECT")]) for found in (few, many)]
    assert reads[0] == reads[1], reads
    assert len(many_saved) == len(few_saved)


# --- fields without code ------------------------------------------------------------------


def test_an_added_field_stands_on_both_levels(sign_in: Any, contractor: int) -> None:
    admin, clerk, first = sign_in("admin"), sign_in(CLERK), worker(contractor, "王电")
    one, edit = certificates(first)["D-1"].id, f"/contractor/{contractor}/edit"
    try:
        for table, name, kind, zh in (
            ("worker", "helmet", "number", "安全帽号"),
            (CERTIFICATES, "issuer", "text", "发证机关"),
        ):
            given = {"table": table, "name": name, "kind": kind, "zh": zh, "en": name, "listed": "1", "level": ""}
            for verb in ("read", "write"):
                given[f"{verb}.{CLERK}"] = "1"
            assert admin.post(f"/added_field/new?table={table}", given).status_code == 302
        page = clerk.get(edit)
        assert "安全帽号" in page.text
        assert "发证机关" in page.text
        begin = f"worker.{first}.{CERTIFICATES}"
        typed = {f"worker.{first}.helmet": "一", f"{begin}.{one}.issuer": "市住建局",
                 **new_certificate(first, 1, "D-9", issuer="区住建局")}  # fmt: skip
        wrong = clerk.post(edit, {**form_in(page), **typed})
        assert wrong.status_code == 422
        assert f'id="f-worker.{first}.helmet-fault"' in wrong.text
        assert clerk.post(edit, {**form_in(wrong), f"worker.{first}.helmet": "17"}).status_code == 302
        held = form_in(clerk.get(edit))
        assert held[f"worker.{first}.helmet"] == "17"
        assert {value for name, value in held.items() if name.endswith(".issuer")} == {"市住建局", "区住建局", ""}
    finally:
        added.put_in_force([])


# --- any registers ------------------------------------------------------------------------


@pytest.fixture
def building(session: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """A building whose form is said to bring its units, and those their residents, in order, and their owners."""
    monkeypatch.setattr(BuildingRegister, "children", "unit.building")
    monkeypatch.setattr(UnitRegister, "children", "resident.unit ownership.unit")
    desk = Desk(session)
    estate = desk.enter("estate", "admin", code="JX9", name="锦绣九期")
    row = desk.enter("building", "admin", estate=estate, code="9")
    for room in ("901", "902"):
        unit = desk.enter("unit", "admin", estate=estate, building=row, room=room, state="occupied")
        owner = desk.enter("owner", CLERK, kind="person", name=f"业主{room}", phone="13800138000")
        desk.enter("ownership", CLERK, unit=unit, owner=owner, since="2020-05-01")
        for name in ("甲", "乙", "丙"):
            desk.enter("resident", CLERK, unit=unit, name=f"{name}{room}", relation="family")
    session.commit()
    return row


def residents(building: int) -> dict[str, list[str]]:
    desk = Desk(db.session)
    found = {}
    for unit in desk.ids("unit", building_id=building):
        rows = [desk.one("resident", each) for each in desk.ids("resident", unit_id=unit)]
        found[desk.one("unit", unit).room] = [row.name for row in sorted(rows, key=lambda row: row.place)]
    return found


def test_rows_below_a_row_stand_in_their_own_order_and_name_others(
    sign_in: Any, building: int, granted: Callable[..., None]
) -> None:
    granted(building={"read", "edit"}, unit={"read", "add", "edit"}, resident={"delete"})
    clerk, desk, way = sign_in(CLERK), Desk(db.session), f"/building/{building}/edit"
    first, second = desk.ids("unit", building_id=building)
    ids = {desk.one("resident", each).name: each for each in desk.ids("resident")}
    page = clerk.get(way)
    assert all(f">业主{room}" in page.text for room in ("901", "902")), "what a relation holds is called by its name"
    form = form_in(page)
    assert form[f"unit.{first}.resident.{ids['丙901']}.at"] == "3"
    below = f"unit.{first}.resident"
    sent = {
        **form, f"{below}.{ids['丙901']}.at": "1", f"unit.{second}.resident.{ids['甲902']}.gone": "1",
        f"{below}.n1.was": "", f"{below}.n1.name": "丁901", f"{below}.n1.relation": "tenant", f"{below}.n1.at": "2",
        f"{below}.n1.stood": "", "unit.n1.was": "", "unit.n1.room": "903", "unit.n1.state": "occupied",
        "unit.n1.estate": form[f"unit.{first}.estate"], "unit.n1.resident.n1.was": "", "unit.n1.resident.n1.at": "2",
        "unit.n1.resident.n1.name": "戊903", "unit.n1.resident.n1.relation": "tenant", "unit.n1.resident.n2.was": "",
        "unit.n1.resident.n2.at": "1", "unit.n1.resident.n2.name": "己903", "unit.n1.resident.n2.relation": "tenant",
    }  # fmt: skip
    assert clerk.post(way, sent).status_code == 302
    assert residents(building) == {
        "901": ["丙901", "丁901", "甲901", "乙901"], "902": ["乙902", "丙902"], "903": ["己903", "戊903"],
    }  # fmt: skip
    wrong = clerk.post(way, {**form_in(clerk.get(way)), f"{below}.{ids['甲901']}.at": "末尾"})
    assert wrong.status_code == 422
    assert "房屋第 1 行 住户第 3 行" in re.sub(r"<[^>]+>", "", wrong.text)
