"""Verbs on many rows: a verdict for each before, a receipt after, tried again, taken back, never twice."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.core import changing, here
from app.core.hooks.table import WebhookDelivery
from app.core.jobs.table import Job
from app.core.jobs.worker import run_waiting
from app.core.journal import JournalEntry
from app.core.moves import ways_back
from app.core.notices import Notice
from app.core.numbering import Counter
from app.core.pages import verb_pages
from app.core.receipts import choosing, doing, rehearsing, selecting
from app.core.receipts.table import Batch, BatchLine
from app.core.verbs import all_verbs, verb_named
from app.demo import names
from app.demo.desk import Desk

_ONCE = re.compile(r'name="once_token" value="([^"]+)"')


@pytest.fixture
def desk(session: Any) -> Desk:
    """Five contractors, of whom the last is suspended already."""
    desk = Desk(session)
    for number in range(5):
        desk.enter(
            "contractor", "service_manager", name=f"承建商{number}", contact_name="张三", phone=f"1390000000{number}",
            credit_code=names.credit_code(number),
        )  # fmt: skip
    desk.do("contractor", desk.ids("contractor")[-1], "suspend", "service_manager", reason="证照过期")
    session.commit()
    return desk


def states(desk: Desk) -> list[str]:
    desk.session.rollback()
    desk.session.expire_all()
    return [str(desk.one("contractor", each).state) for each in desk.ids("contractor")]


def suspended(browser: Any, ids: list[int], token: str = "t1") -> str:
    answer = browser.post("/contractor/do/suspend", {"ids": ids, "reason": "年检未过", "once_token": token})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_every_verb_back_is_a_verb_of_the_same_table(app: Any) -> None:
    pairs = {(verb.table, verb.name): verb.undo for verb in all_verbs() if verb.undo}
    assert pairs["contractor", "suspend"] == "restore"
    for (table, _), back in pairs.items():
        assert verb_named(table, back) is not None, f"{table} has no {back}"


#: moves that lead back, and take nothing back: a finding, a signature or a contract stands on record by itself
NO_WAY_BACK = {
    (
        "renovation_application",
        "request_acceptance",
    ): "R-3.1.5: to fail it is a finding on the sheet, not a request withdrawn",
    (
        "renovation_application",
        "fail_acceptance",
    ): "R-3.1.5: the sheet that failed stays; the next request begins a round",
    ("lead", "withdraw_contract"): "R-4.1: another contract is signed, under a number of its own",
    ("commission_run", "send_back"): "R-4.1: an approval is given anew by whoever looks at the month",
}


def test_every_move_that_is_led_back_by_another_is_taken_back_by_it_or_says_why_not(app: Any) -> None:
    found = set()
    for verb in all_verbs():
        if verb.moves and verb.name in verb.moves and (ways := ways_back(verb.name, verb.moves)):
            found.add((verb.table, verb.name))
            assert (verb.undo in ways) != ((verb.table, verb.name) in NO_WAY_BACK), (verb.table, verb.name, ways)
    assert set(NO_WAY_BACK) <= found


def test_the_dialog_tells_each_rows_fate_and_the_reasons_by_number(desk: Desk, sign_in: Any) -> None:
    asked = "&".join(f"ids={each}" for each in desk.ids("contractor"))
    page = sign_in("service_manager").get(f"/contractor/do/suspend?{asked}").text
    assert "可以办理 4 条" in page
    assert "不能办理 1 条" in page
    assert page.count('data-rule="wrong_state"') == 1


def test_a_receipt_says_what_went_and_the_journal_knows_it(desk: Desk, sign_in: Any) -> None:
    browser = sign_in("service_manager")
    where = suspended(browser, desk.ids("contractor"))
    assert suspended(browser, desk.ids("contractor")) == where  # a double click
    assert states(desk) == ["suspended"] * 5
    page = browser.get(where).text
    assert "办成 4 条，未办 1 条" in page
    assert "年检未过" in page
    lines = list(desk.session.execute(select(BatchLine).order_by(BatchLine.id)).scalars())
    assert [line.state for line in lines] == ["went"] * 4 + ["refused"]
    for line in lines[:4]:
        [entry] = desk.session.query(JournalEntry).filter_by(act=line.act).all()
        assert (entry.verb, entry.row_id, entry.note["receipt"]) == ("suspend", line.row_id, line.batch_id)
    assert desk.session.query(JournalEntry).filter_by(verb="suspend", result="done").count() == 5


def test_what_went_is_taken_back_and_the_rest_tried_again(desk: Desk, sign_in: Any) -> None:
    browser, ids = sign_in("service_manager"), desk.ids("contractor")
    where = suspended(browser, ids)
    first = int(where.rpartition("/")[2])
    acts = {line.row_id: line.act for line in desk.session.query(BatchLine).filter_by(batch_id=first)}
    dialog = browser.get(f"/contractor/do/restore?receipt={first}&how=undo")
    assert "可以办理 4 条" in dialog.text
    answer = browser.post("/contractor/do/restore", {
        "receipt": first, "how": "undo", "reason": "误办", "once_token": _ONCE.findall(dialog.text)[0],
    })  # fmt: skip
    assert answer.status_code == 302
    assert states(desk) == ["active"] * 4 + ["suspended"]
    second = desk.session.query(Batch).filter_by(of_id=first).one()
    for line in desk.session.query(BatchLine).filter_by(batch_id=second.id):
        [entry] = desk.session.query(JournalEntry).filter_by(act=line.act).all()
        assert entry.note["undoes"] == acts[line.row_id]
    desk.do("contractor", ids[-1], "restore", "service_manager", reason="补办")
    desk.session.commit()
    retry = browser.get(f"/contractor/do/suspend?receipt={first}&how=retry")
    assert "年检未过" in retry.text
    again = browser.post(
        "/contractor/do/suspend", {"receipt": first, "how": "retry", "reason": "x", "once_token": "t9"}
    )
    assert "办成 1 条，未办 0 条" in browser.get(again.location).text
    assert states(desk) == ["active"] * 4 + ["suspended"]


def test_what_is_taken_back_leads_to_what_stood_before_it(desk: Desk, sign_in: Any) -> None:
    """One was suspended before all were barred: it is suspended again, and not active."""
    browser, ids = sign_in("service_manager"), desk.ids("contractor")
    where = browser.post("/contractor/do/bar", {"ids": ids, "reason": "失信", "once_token": "b1"}).location
    assert states(desk) == ["barred"] * 5
    number = where.rpartition("/")[2]
    dialog = browser.get(f"/contractor/do/restore?receipt={number}&how=undo").text
    assert "可以办理 5 条" in dialog
    undone = {"receipt": number, "how": "undo", "reason": "误办", "once_token": _ONCE.findall(dialog)[0]}
    back = browser.post("/contractor/do/restore", undone).location
    assert states(desk) == ["active"] * 4 + ["suspended"]
    # taken back once more, they would all be suspended: those that were barred are not
    number = back.rpartition("/")[2]
    dialog = browser.get(f"/contractor/do/suspend?receipt={number}&how=undo").text
    assert "原来的状态是「禁入」" in dialog
    undone = {"receipt": number, "how": "undo", "reason": "试试", "once_token": _ONCE.findall(dialog)[0]}
    assert "办成 0 条，未办 5 条" in browser.get(browser.post("/contractor/do/suspend", undone).location).text
    assert states(desk) == ["active"] * 4 + ["suspended"]


def test_one_that_was_ticked_has_a_receipt_of_its_act(desk: Desk, sign_in: Any) -> None:
    browser, [first, *_] = sign_in("service_manager"), desk.ids("contractor")
    dialog = browser.get(f"/contractor/do/suspend?ids={first}").text
    given = {"ids": str(first), "once_token": _ONCE.findall(dialog)[0], "version": "1"}
    refused = browser.post("/contractor/do/suspend", {**given, "reason": ""})
    assert (refused.status_code, desk.session.query(Batch).count()) == (422, 0)
    answer = browser.post("/contractor/do/suspend", {**given, "reason": "年检未过"})
    [line] = desk.session.query(BatchLine).all()
    assert answer.location == f"/receipts/{line.batch_id}"
    [entry] = desk.session.query(JournalEntry).filter_by(act=line.act).all()
    assert (entry.row_id, entry.note["receipt"]) == (first, line.batch_id)
    page = browser.get(answer.location).text
    assert "办成 1 条，未办 0 条" in page
    assert f"/contractor/do/restore?receipt={line.batch_id}&amp;how=undo" in page
    assert states(desk)[0] == "suspended"


@pytest.mark.on("sqlite")
def test_a_payment_of_several_is_one_receipt_and_each_has_its_verdict(desk: Desk, sign_in: Any) -> None:
    """R-3.1.12: together or not at all; those that can't be paid are named, and left out by choice."""
    unit = desk.ids("unit")[0]
    due = {"payer_name": "王五", "unit": unit, "kind": "other", "amount_fen": 1000, "due_on": str(here.today())}
    made = [desk.enter("charge", "cashier", **due) for _ in range(3)]
    desk.do("charge", made[0], "void", "cashier", reason="重复")
    desk.session.commit()
    asked = "ids=" + ",".join(map(str, made))
    page = sign_in("cashier").get(f"/charge/do/take_payment?{asked}").text
    assert page.count('data-rule="wrong_state"') >= 1
    assert f"ids={made[1]},{made[2]}" in page
    assert "只办理可以的 2 条" in page
    page = sign_in("cashier").get(f"/charge/do/take_payment?ids={made[1]},{made[2]}").text
    assert "可以办理 2 条" in page
    assert "金额（元） 合计：20.00" in page
    assert "只办理可以的" not in page
    assert "金额（元） 合计：10.00" in sign_in("cashier").get(f"/charge/do/take_payment?ids={made[1]}").text


def test_a_receipt_is_its_owners(desk: Desk, sign_in: Any) -> None:
    where = suspended(sign_in("service_manager"), desk.ids("contractor"))
    other, number = sign_in("service_manager2"), where.rpartition("/")[2]
    assert other.get(where).status_code == 404
    assert other.get(f"/contractor/do/restore?receipt={number}&how=undo").status_code == 404
    assert "暂停" not in other.get("/receipts/").text


def test_rows_out_of_reach_and_wrong_parameters_change_nothing(desk: Desk, sign_in: Any) -> None:
    browser = sign_in("service_manager")
    assert browser.post("/contractor/do/suspend", {"ids": desk.ids("contractor"), "reason": ""}).status_code == 422
    assert desk.session.query(Batch).count() == 0
    page = browser.get(suspended(browser, [999_998, 999_999])).text
    assert "办成 0 条，未办 2 条" in page
    assert sign_in("renovation_clerk").post("/contractor/do/suspend", {"ids": [1], "reason": "x"}).status_code == 403


def test_all_that_a_list_matches_is_done_by_a_job(desk: Desk, sign_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(doing, "AT_ONCE", 2)
    browser = sign_in("service_manager")
    page = browser.get("/contractor/do/suspend?matching=state%3Dactive")
    assert "可以办理 4 条" in page.text
    answer = browser.post(
        "/contractor/do/suspend", {"matching": "state=active", "reason": "专项整治", "once_token": "m"}
    )
    assert answer.location.startswith("/jobs/")
    assert states(desk) == ["active"] * 4 + ["suspended"]
    receipt = desk.session.query(Batch).one().id
    assert "还有 4 条在办理" in browser.get(f"/receipts/{receipt}").text
    assert browser.get(f"/contractor/do/suspend?receipt={receipt}&how=retry").status_code == 404  # a job is at it
    run_waiting(desk.session)
    job = desk.session.query(Job).one()
    assert (job.state, job.done, job.total, job.result["note"]["zh"]) == ("done", 4, 4, "办成 4 条，未办 0 条。")
    assert "办成 4 条，未办 0 条" in browser.get(job.link).text
    assert states(desk) == ["suspended"] * 5


@pytest.fixture
def by_worker(monkeypatch: Any) -> None:
    """Nobody waits for a rehearsal: a worker has it."""
    monkeypatch.setattr(verb_pages, "PATIENCE", 0)


def rehearsed(browser: Any, **values: Any) -> str:
    sent = {"matching": "", "reason": "", "do": "rehearse", "once_token": "d", **values}
    answer = browser.post("/contractor/do/suspend", sent)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_every_row_is_judged_beforehand_and_those_that_go_are_done(
    desk: Desk, sign_in: Any, monkeypatch: Any, by_worker: None
) -> None:
    monkeypatch.setattr(choosing, "LOOKED_AT", 2)
    monkeypatch.setattr(rehearsing, "STEP", 2)
    browser = sign_in("service_manager")
    assert "预审全部 5 条" in browser.get("/contractor/do/suspend?matching=").text
    before = desk.session.query(JournalEntry).count()
    where = rehearsed(browser, reason="专项整治")
    assert rehearsed(browser, reason="专项整治") == where  # a double click
    run_waiting(desk.session)
    assert states(desk) == ["active"] * 4 + ["suspended"]
    assert desk.session.query(JournalEntry).count() == before
    job = desk.session.query(Job).one()
    assert (job.state, job.done, job.result["note"]["zh"]) == ("done", 5, "可以办理 4 条，不能办理 1 条。")
    page = browser.get(job.link).text
    for told in ("可以办理 4 条，不能办理 1 条", "没有改动任何记录", "专项整治", "办理可以的 4 条"):
        assert told in page
    dry = job.link.rpartition("/")[2]
    desk.do("contractor", desk.ids("contractor")[0], "bar", "service_manager", reason="失信")
    desk.session.commit()
    dialog = browser.get(f"/contractor/do/suspend?receipt={dry}&how=judged").text
    assert "专项整治" in dialog
    done = browser.post("/contractor/do/suspend", {
        "receipt": dry, "how": "judged", "reason": "专项整治", "once_token": _ONCE.findall(dialog)[0],
    })  # fmt: skip
    assert "办成 3 条，未办 1 条" in browser.get(done.location).text
    assert states(desk) == ["barred"] + ["suspended"] * 4
    real = desk.session.query(Batch).filter_by(how="judged").one()
    assert (real.of_id, real.total) == (int(dry), 4)
    assert sign_in("service_manager2").get(job.link).status_code == 404


def test_a_rehearsal_goes_on_after_a_worker_died_and_may_be_cancelled(
    desk: Desk, sign_in: Any, monkeypatch: Any, by_worker: None
) -> None:
    monkeypatch.setattr(rehearsing, "STEP", 2)
    browser = sign_in("service_manager")
    rehearsed(browser)
    real = rehearsing._keep

    def died(*args: Any) -> None:
        real(*args)
        if args[0].session.query(BatchLine).filter_by(state="waiting").count() == 1:
            raise SystemExit

    with monkeypatch.context() as killed, pytest.raises(SystemExit):
        killed.setattr(rehearsing, "_keep", died)
        run_waiting(desk.session)
    desk.session.rollback()
    assert desk.session.query(BatchLine).filter_by(state="waiting").count() == 3
    desk.session.execute(text("UPDATE job SET heartbeat_at = :then"), {"then": here.now() - timedelta(minutes=2)})
    desk.session.commit()
    run_waiting(desk.session)
    assert desk.session.query(Job).one().done == 5
    where = rehearsed(browser, once_token="e")
    assert browser.post(f"{where}/cancel").status_code == 302
    run_waiting(desk.session)
    cancelled = desk.session.get(Job, int(where.rpartition("/")[2]))
    page = browser.get(cancelled.link).text
    assert "预审已停下，还有 5 条没有看" in page
    assert "办理可以的" not in page
    assert (
        browser.get(f"/contractor/do/suspend?receipt={cancelled.link.rpartition('/')[2]}&how=judged").status_code == 404
    )


def lines_of(desk: Desk, receipt: int) -> list[tuple[int, str, str]]:
    lines = desk.session.query(BatchLine).filter_by(batch_id=receipt).order_by(BatchLine.id)
    return [(line.row_id, line.state, line.rule) for line in lines]


def test_a_cap_that_rows_fill_together_is_told_beforehand(desk: Desk, sign_in: Any, monkeypatch: Any) -> None:
    browser, designer = sign_in("account_manager"), desk.staff_id("designer3")
    leads = [
        desk.enter("lead", "front_desk", customer_name=f"客户{n}", phone=names.phone(70 + n), estate_name="丽景家园",
                   address="13栋2503", floor_area=89, budget_fen=1_800_000, renovation_on=str(here.today() + timedelta(days=30)),
                   source="walk_in", inquiry_on=str(here.today()))
        for n in range(5)
    ]  # fmt: skip
    desk.session.commit()
    before = [desk.session.query(each).count() for each in (JournalEntry, Notice, Counter, WebhookDelivery)]
    numbers = [(each.series, each.last) for each in desk.session.query(Counter)]
    sent = {"ids": leads, "designer": designer, "do": "rehearse", "once_token": "r"}
    looked = browser.post("/lead/do/dispatch", {**sent, "do": "look"}).text  # the dialog, once somebody is chosen
    bare = browser.post("/lead/do/dispatch", {**sent, "do": "look", "designer": ""}).text
    assert desk.session.query(Batch).count() == 0
    answer = browser.post("/lead/do/dispatch", sent)
    assert answer.location.startswith("/receipts/")  # so few are judged while one waits
    assert [desk.session.query(each).count() for each in (JournalEntry, Notice, Counter, WebhookDelivery)] == before
    desk.session.expire_all()
    assert [(each.series, each.last) for each in desk.session.query(Counter)] == numbers
    dry = desk.session.query(Batch).one().id
    judged = lines_of(desk, dry)
    assert {state for _, state, _ in judged} == {"goes", "refused"}
    goes = [state for _, state, _ in judged].count("goes")
    assert f"可以办理 {goes} 条" in looked
    assert f'id="would-go" hx-swap-oob="true">{goes}<' in looked
    assert "可以办理 5 条" in bare
    assert "<html" not in looked
    assert "前面各条会占的名额已算进后面各条" in browser.get(answer.location).text
    real = browser.post("/lead/do/dispatch", {**sent, "do": "", "once_token": "d"})
    done = int(real.location.rpartition("/")[2].partition("?")[0])
    went = lines_of(desk, done)
    assert f"<dt>设计师</dt><dd>{desk.one('staff', designer).name}</dd>" in browser.get(real.location).text
    assert [(row, {"went": "goes"}.get(state, state), rule) for row, state, rule in went] == judged
    # whoever tries those again is told so before, with the designer who stands there already
    retry = browser.get(f"/lead/do/dispatch?receipt={done}&how=retry").text
    assert "可以办理 0 条" in retry and "不能办理" in retry
    # what there is no time for, and what can't be done as it is asked, is judged by itself, and that is said
    monkeypatch.setattr(rehearsing, "SECONDS", -1)
    again = browser.post("/lead/do/dispatch", {**sent, "once_token": "s"}).location
    assert "前 1 条按先后接连判断" in browser.get(again).text
    again = browser.post("/lead/do/dispatch", {**sent, "designer": "", "once_token": "t"}).location
    assert "按当时的情况逐条单独判断" in browser.get(again).text


def test_a_job_on_many_stops_when_the_right_goes(desk: Desk, sign_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(doing, "AT_ONCE", 2)
    monkeypatch.setattr(doing, "STEP", 1)
    sign_in("service_manager").post(
        "/contractor/do/suspend", {"matching": "state=active", "reason": "x", "once_token": "m"}
    )
    real = doing.carry_out

    def then_closed(session: Any, *args: Any) -> bool:
        more = real(session, *args)
        session.execute(text("UPDATE ab_user SET active = :no WHERE username = 'service_manager'"), {"no": False})
        session.commit()
        return more

    monkeypatch.setattr(doing, "carry_out", then_closed)
    run_waiting(desk.session)
    assert states(desk).count("suspended") == 2
    assert desk.session.query(Job).one().state == "stopped"


@pytest.mark.on("sqlite")
def test_a_verb_of_a_newer_release_waits_for_a_worker_that_knows_it(
    desk: Desk, sign_in: Any, monkeypatch: Any, time_machine: Any
) -> None:
    monkeypatch.setattr(doing, "AT_ONCE", 2)
    browser = sign_in("service_manager")
    browser.post("/contractor/do/suspend", {"matching": "state=active", "reason": "x", "once_token": "m"})
    with monkeypatch.context() as older:
        older.setattr(doing, "verb_named", lambda *_: None)
        assert run_waiting(desk.session) == 1
        job = desk.session.query(Job).one()
        assert (job.state, job.attempts, job.begins_at > here.now()) == ("waiting", 0, True)
    time_machine.move_to(here.now() + timedelta(minutes=1))
    run_waiting(desk.session)
    assert desk.session.query(Job).one().state == "done"
    assert states(desk) == ["suspended"] * 5
    ids = desk.ids("contractor")
    desk.session.commit()
    sign_in("service_manager").post("/contractor/do/restore", {"ids": ids, "reason": "x", "once_token": "n"})
    time_machine.move_to(here.now() + timedelta(days=2))
    with monkeypatch.context() as without:  # it was given up: nobody will ever know it
        without.setattr(doing, "verb_named", lambda *_: None)
        run_waiting(desk.session)
    last = desk.session.query(Job).order_by(Job.id.desc()).first()
    assert (last.state, last.result["note"]["zh"]) == ("stopped", "系统里已没有这项办理。")


def in_portions(monkeypatch: Any) -> None:
    for place in (choosing, doing):
        monkeypatch.setattr(place, "MOST", 2)
    monkeypatch.setattr(selecting, "PORTION", 2)
    monkeypatch.setattr(doing, "STEP", 1)


def test_of_more_than_the_most_the_job_chooses_the_rows_as_it_goes(desk: Desk, sign_in: Any, monkeypatch: Any) -> None:
    """What matched when it was asked for; a worker that dies chooses and does nothing twice."""
    in_portions(monkeypatch)
    browser, ids = sign_in("service_manager"), desk.ids("contractor")
    dialog = browser.get("/contractor/do/suspend?matching=state%3Dactive").text
    assert "2+ 条" in dialog
    sent = {"matching": "state=active", "reason": "专项整治", "once_token": "m"}
    where = {browser.post("/contractor/do/suspend", sent).location for _ in range(2)}  # a double click
    assert len(where) == 1
    assert desk.session.query(BatchLine).count() == 0
    new = desk.enter("contractor", "service_manager", name="后来的", contact_name="李四", phone="13900000009",
                     credit_code=names.credit_code(99))  # fmt: skip
    desk.do("contractor", ids[3], "bar", "service_manager", reason="失信")
    desk.session.commit()
    real, died = selecting._put, []

    def dies_once(*args: Any) -> None:
        real(*args)
        if not died and args[3]:  # the second portion
            died.append(1)
            raise SystemExit

    with monkeypatch.context() as killed, pytest.raises(SystemExit):
        killed.setattr(selecting, "_put", dies_once)
        run_waiting(desk.session)
    desk.session.rollback()
    desk.session.execute(text("UPDATE job SET heartbeat_at = :at"), {"at": here.now() - timedelta(hours=1)})
    desk.session.commit()
    run_waiting(desk.session)
    assert states(desk) == ["suspended"] * 3 + ["barred", "suspended", "active"]
    job, batch = desk.session.query(Job).one(), desk.session.query(Batch).one()
    assert (job.state, job.done, job.total, batch.total) == ("done", 3, 3, 3)
    assert new not in {line.row_id for line in desk.session.query(BatchLine)}
    assert desk.session.query(JournalEntry).filter_by(verb="suspend", result="done").count() == 4

    dialog = browser.get(f"/contractor/do/restore?receipt={batch.id}&how=undo").text
    undone = {"receipt": batch.id, "how": "undo", "reason": "误办", "once_token": _ONCE.findall(dialog)[0]}
    assert browser.post("/contractor/do/restore", undone).location.startswith("/jobs/")
    run_waiting(desk.session)
    assert states(desk) == ["active"] * 3 + ["barred", "suspended", "active"]
    taken_back = desk.session.query(Batch).filter_by(how="undo").one()
    assert [line.undoes != "" for line in desk.session.query(BatchLine).filter_by(batch_id=taken_back.id)] == [True] * 3


def test_a_rehearsal_and_a_change_of_more_than_the_most_go_in_portions_too(
    desk: Desk, sign_in: Any, monkeypatch: Any
) -> None:
    in_portions(monkeypatch)
    monkeypatch.setattr(rehearsing, "STEP", 1)
    monkeypatch.setattr(changing, "CHANGE_CAP", 1)
    browser = sign_in("service_manager")
    rehearsed(browser, reason="专项整治")
    run_waiting(desk.session)
    job = desk.session.query(Job).one()
    assert (job.state, job.done, job.result["note"]["zh"]) == ("done", 5, "可以办理 4 条，不能办理 1 条。")
    sent = {"matching": "?", "field": "contact_name", "contact_name": "王主任", "do": "job", "once_token": "c"}
    assert "共 2+ 条" in browser.post("/contractor/change", {**sent, "do": ""}).text
    assert browser.post("/contractor/change", sent).location.startswith("/jobs/")
    run_waiting(desk.session)
    assert {desk.one("contractor", each).contact_name for each in desk.ids("contractor")} == {"王主任"}


def test_one_field_of_more_rows_than_one_waits_for_is_a_job_with_a_receipt(
    desk: Desk, sign_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(changing, "CHANGE_CAP", 2)
    browser, everyone = sign_in("service_manager"), {"matching": "state=active", "field": "contact_name"}
    page = browser.post("/contractor/change", {**everyone, "contact_name": "王主任"})
    assert "由后台修改" in page.text
    desk.session.execute(
        text("UPDATE contractor SET contact_name = '王主任' WHERE id = :id"), {"id": desk.ids("contractor")[0]}
    )
    sent = {**everyone, "contact_name": "王主任", "do": "job", "once_token": "c"}
    where = {browser.post("/contractor/change", sent).location for _ in range(2)}
    assert len(where) == 1
    run_waiting(desk.session)
    job = desk.session.query(Job).one()
    assert (job.state, job.done, job.result["note"]["zh"]) == ("done", 4, "办成 3 条，未办 1 条。")
    assert {desk.one("contractor", each).contact_name for each in desk.ids("contractor", state="active")} == {"王主任"}
    receipt = browser.get(job.link).text
    for told in ("修改联系人", "王主任", "已经是这个值。"):
        assert told in receipt
    assert "修改联系人" in browser.get("/receipts/").text
    lines = desk.session.query(BatchLine).filter_by(state="went").all()
    acts = {each.act for each in desk.session.query(JournalEntry).filter_by(table_name="contractor", verb="edit")}
    assert {line.act for line in lines} == acts
    assert sign_in("cashier").post("/contractor/change", sent).status_code in (403, 404)


def named(desk: Desk) -> list[str]:
    desk.session.rollback()
    return [desk.one("contractor", each).contact_name for each in desk.ids("contractor")]


def changed(browser: Any, field: str = "contact_name", token: str = "c", **values: Any) -> str:
    """One field of all five, as a person does it: looked at, then done."""
    sent = {"ids": values.pop("ids"), "field": field, **values}
    rows = re.findall(r'name="rows" value="([\d.]+)"', browser.post("/contractor/change", sent).text)
    answer = browser.post("/contractor/change", {**sent, "do": "change", "rows": rows, "once_token": token})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def put_back(browser: Any, receipt: str, how: str = "undo", do: str = "change") -> Any:
    page = browser.get(f"/contractor/change?receipt={receipt}&how={how}").text
    rows = re.findall(r'name="rows" value="([\d.]+)"', page)
    sent = {"receipt": receipt, "how": how, "do": do, "rows": rows, "once_token": _ONCE.findall(page)[0]}
    return page, browser.post("/contractor/change", sent)


def test_a_change_of_many_is_put_back_where_it_still_stands(desk: Desk, sign_in: Any) -> None:
    browser, ids = sign_in("service_manager"), desk.ids("contractor")
    desk.session.execute(text("UPDATE contractor SET contact_name = '李四' WHERE id = :id"), {"id": ids[1]})
    desk.session.commit()
    where = changed(browser, ids=",".join(map(str, ids)), contact_name="王主任")
    first = where.rpartition("/")[2]
    assert "李四</del> → 王主任" in browser.get(where).text
    with here.acting_as(desk.person("service_manager2")):
        from app.contractors.views import ContractorRegister
        from app.core import saving

        saving.edit(desk.session, ContractorRegister, ids[2], {"contact_name": "赵六"})
        saving.edit(desk.session, ContractorRegister, ids[3], {"phone": "13900000099"})  # is no matter
    assert browser.get(f"/contractor/change?receipt={first}&how=retry").status_code == 404  # all went
    page, answer = put_back(browser, first)
    assert "后来改过，保留现在的值" in page
    receipt = browser.get(answer.location).text
    assert "改回联系人" in receipt
    assert "办成 4 条，未办 0 条" in receipt  # the fifth was not sent: it was named beforehand
    assert named(desk) == ["张三", "李四", "赵六", "张三", "张三"]
    second = answer.location.rpartition("/")[2]
    undoes = {each.row_id: each.undoes for each in desk.session.query(BatchLine).filter_by(batch_id=int(second))}
    acts = {each.row_id: each.act for each in desk.session.query(BatchLine).filter_by(batch_id=int(first))}
    assert undoes == {row_id: acts[row_id] for row_id in undoes}
    [note] = [each.note for each in desk.session.query(JournalEntry).filter_by(row_id=ids[0], table_name="contractor", verb="edit")
              if (each.note or {}).get("undoes")]  # fmt: skip
    assert note == {"receipt": int(second), "undoes": acts[ids[0]]}
    assert sign_in("service_manager2").get(f"/contractor/change?receipt={first}&how=undo").status_code == 404
    _, again = put_back(browser, second)  # and back once more
    assert again.status_code == 302
    assert named(desk) == ["王主任", "王主任", "赵六", "王主任", "王主任"]


def test_the_same_by_a_job_names_who_changed_it_meanwhile_and_is_tried_again(
    desk: Desk, sign_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(changing, "CHANGE_CAP", 2)
    browser, ids = sign_in("service_manager"), desk.ids("contractor")
    browser.post(
        "/contractor/change",
        {"matching": "state=active", "field": "contact_name", "contact_name": "王主任", "do": "job"},
    )
    run_waiting(desk.session)
    first = desk.session.query(Job).one().link.rpartition("/")[2]
    page, answer = put_back(browser, first, do="job")
    assert "由后台修改" in page
    with here.acting_as(desk.person("service_manager2")):
        from app.contractors.views import ContractorRegister
        from app.core import saving

        saving.edit(desk.session, ContractorRegister, ids[0], {"contact_name": "赵六"})
    run_waiting(desk.session)
    job = desk.session.query(Job).order_by(Job.id.desc()).first()
    assert (answer.location, job.result["note"]["zh"]) == (f"/jobs/{job.id}", "办成 3 条，未办 1 条。")
    receipt, who = browser.get(job.link).text, desk.person("service_manager2").name
    assert f"{who}后来改过，保留现在的值。" in receipt
    assert named(desk) == ["赵六", "张三", "张三", "张三", "张三"]
    with here.acting_as(desk.person("service_manager2")):
        saving.edit(desk.session, ContractorRegister, ids[0], {"contact_name": "王主任"})
    second = job.link.rpartition("/")[2]
    assert f"/contractor/change?receipt={second}&amp;how=retry" in receipt
    _, answer = put_back(browser, second, how="retry")
    assert "办成 1 条，未办 0 条" in browser.get(answer.location).text
    assert named(desk) == ["张三"] * 5


def test_a_change_of_many_is_judged_row_by_row_beforehand(desk: Desk, sign_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(changing, "CHANGE_CAP", 1)
    browser, ids = sign_in("service_manager"), desk.ids("contractor")
    desk.session.execute(text("UPDATE contractor SET contact_name = '王主任' WHERE id = :id"), {"id": ids[0]})
    desk.session.commit()
    sent = {"matching": "state=active", "field": "contact_name", "contact_name": "王主任", "once_token": "r"}
    assert "预审全部 4 条" in browser.post("/contractor/change", sent).text

    def judged(**values: Any) -> str:
        where = {browser.post("/contractor/change", {"do": "rehearse", **values}).location for _ in range(2)}
        assert len(where) == 1
        run_waiting(desk.session)
        return str(desk.session.query(Job).order_by(Job.id.desc()).first().link)

    dry = judged(**sent)
    assert named(desk) == ["王主任", *["张三"] * 4]
    page = browser.get(dry).text
    for told in ("预审：修改联系人", "可以办理 3 条，不能办理 1 条", "已经是这个值。"):
        assert told in page
    assert f"/contractor/change?receipt={dry.rpartition('/')[2]}&amp;how=judged" in page
    known = {"receipt": dry.rpartition("/")[2], "how": "judged", "contact_name": "王主任"}
    assert 'value="王主任"' in browser.get(f"/contractor/change?receipt={known['receipt']}&how=judged").text
    browser.post("/contractor/change", {**known, "do": "job", "once_token": "s"})
    run_waiting(desk.session)
    real = desk.session.query(Batch).filter_by(how="judged").one()
    assert "办成 3 条，未办 0 条" in browser.get(f"/receipts/{real.id}").text
    assert named(desk) == [*["王主任"] * 4, "张三"]
    back = judged(receipt=str(real.id), how="undo", once_token="u")  # what would be put back, too
    assert "可以办理 3 条，不能办理 0 条" in browser.get(back).text
    assert named(desk) == [*["王主任"] * 4, "张三"]
    put_back(browser, back.rpartition("/")[2], how="judged", do="job")
    run_waiting(desk.session)
    assert named(desk) == ["王主任", *["张三"] * 4]


def test_what_was_not_changed_is_tried_again_perhaps_with_another_value(desk: Desk, sign_in: Any) -> None:
    browser, ids = sign_in("service_manager"), desk.ids("contractor")
    sent = {"field": "contact_name", "contact_name": "王主任", "do": "change", "once_token": "c",
            "rows": [f"{ids[0]}.{desk.one('contractor', ids[0]).version}", f"{ids[1]}.99"]}  # fmt: skip
    where = browser.post("/contractor/change", sent).location
    assert "办成 1 条，未办 1 条" in browser.get(where).text
    page = browser.get(f"/contractor/change?receipt={where.rpartition('/')[2]}&how=retry").text
    assert 'value="王主任"' in page
    assert len(re.findall(r'name="rows"', page)) == 1
    receipt = {"receipt": where.rpartition("/")[2], "how": "retry", "contact_name": "钱经理"}
    rows = re.findall(r'name="rows" value="([\d.]+)"', browser.post("/contractor/change", receipt).text)
    browser.post("/contractor/change", {**receipt, "do": "change", "rows": rows, "once_token": "d"})
    assert named(desk)[:3] == ["王主任", "钱经理", "张三"]
