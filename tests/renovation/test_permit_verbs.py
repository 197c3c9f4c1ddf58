"""R-3.4.8 through the verbs: the examples 5 to 9 of the requirements, and each refusal's twin."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.core import here
from app.core.answers import Refusal
from app.core.blockers import NotAllowed
from app.demo.desk import Desk
from tests.renovation.conftest import BOSS, CASE, CASHIER, CLERK, SECOND

DAY = timedelta(days=1)


def rules(blockers):
    return [each.rule for each in blockers]


def test_a_case_with_everything_in_order_gets_its_permit(counter):
    case, receipt = counter.ready()
    permit = counter.issue(case, receipt)
    assert permit.number == f"SG-{counter.today.year}-000001"
    assert (permit.state, permit.valid_from, permit.valid_until) == ("valid", counter.starts, counter.ends)
    assert permit.issued_by_id == counter.staff_id(SECOND)
    row = counter.one(CASE, case)
    assert row.state == "under_work"
    assert counter.one("unit", row.unit_id).is_renovating


def test_an_approved_case_is_told_everything_it_lacks_at_once(counter):
    case = counter.apply(scope=counter.items("painting", "gas_pipes_covered"))
    counter.approve(case)
    assert rules(counter.would(case, "issue_permit")) == [
        "documents_incomplete", "agreement_unsigned", "undertaking_unsigned", "notice_unsigned",
        "drawing_unsigned", "charges_unpaid",
    ]  # fmt: skip


@pytest.mark.on("sqlite")
def test_a_title_proof_is_asked_for_by_name_until_one_is_checked(counter):
    """Example 5."""
    case, receipt = counter.apply(), ""
    counter.clear(case)
    for kind in ("purchase_contract", "payment_proof", "title_deed", "other_title_proof"):
        [document] = counter.papers("application_document", case, kind=kind)
        counter.do("application_document", document.id, "uncheck", CLERK, reason="登记有误")
    counter.approve(case)
    receipt = counter.pay(case).number
    told = counter.refused(CASE, case, "issue_permit", SECOND, receipt_number=receipt, **counter.dates())
    assert rules(told) == ["documents_incomplete"]
    assert "购房合同" in str(told[0].message)
    assert "身份证" not in str(told[0].message)
    counter.check(case, "purchase_contract", red_seal=False, marked_for_unit=False, valid_until=None)
    assert counter.issue(case, receipt).state == "valid"


@pytest.mark.on("sqlite")
def test_a_tenant_needs_the_owners_consent_and_no_title(counter):
    """Example 6."""
    case = counter.apply(applicant_kind="tenant")
    assert {each.kind for each in counter.papers("application_document", case)} == {
        "identity_card", "lease", "owner_authorisation", "owner_consent",
        "contractor_licence", "contractor_qualification",
    }  # fmt: skip
    counter.clear(case)
    [consent] = counter.papers("application_document", case, kind="owner_consent")
    counter.do("application_document", consent.id, "uncheck", CLERK, reason="产权人收回")
    counter.approve(case)
    receipt = counter.pay(case).number
    assert counter.not_issued(case, receipt) == ["documents_incomplete"]
    counter.check(case, "owner_consent")
    assert counter.issue(case, receipt).state == "valid"


def test_a_voided_receipt_does_not_carry_a_permit_and_the_next_one_does(counter):
    """Example 7."""
    case, receipt = counter.ready()
    [first] = counter.ids("receipt")
    assert counter.one("receipt", first).amount_fen == 1_200_00
    counter.do("receipt", first, "void", CASHIER, reason="付款方式登记错误")
    assert counter.not_issued(case, receipt) == ["charges_unpaid", "receipt_invalid"]
    again = counter.pay(case).number
    assert counter.not_issued(case, receipt) == ["receipt_invalid"]
    assert counter.issue(case, again).number == f"SG-{counter.today.year}-000001"


@pytest.mark.on("sqlite")
def test_who_entered_a_case_neither_approves_it_nor_issues_its_permit(counter):
    """Example 8."""
    case, receipt = counter.ready()
    assert counter.not_issued(case, receipt, CLERK) == ["same_person"]
    assert counter.issue(case, receipt, SECOND).state == "valid"
    own = counter.apply(BOSS)
    counter.do(CASE, own, "submit", CLERK)
    assert rules(counter.refused(CASE, own, "approve", BOSS)) == ["same_person"]
    counter.do(CASE, own, "approve", "service_manager2")
    assert counter.one(CASE, own).state == "approved"


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(("days", "told"), [(-1, ["credential_expired"]), (0, []), (1, [])])
def test_a_licence_holds_to_the_last_day_of_the_works(counter, days, told):
    """Example 9, on the document."""
    case = counter.apply()
    counter.clear(case)
    counter.check(case, "contractor_licence", valid_until=str(counter.ends + days * DAY))
    counter.approve(case)
    counter.pay(case)
    assert rules(counter.would(case, "issue_permit")) == told


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(("last_days", "told"), [
    ([-1], ["credential_expired"]), ([0], []), ([-1, 30], []), ([-1, None], []),
])  # fmt: skip
def test_the_contractors_register_has_to_hold_too(counter, last_days, told):
    """Example 9, on the credential; a newer one takes the place of an older."""
    contractor = counter.contractor()
    [old] = counter.ids("credential", contractor_id=contractor, kind="qualification")
    first, *later = last_days
    counter.edit("credential", old, BOSS, valid_until=str(counter.ends + first * DAY))
    for days in later:
        until = None if days is None else counter.ends + days * DAY
        counter.credential(contractor, "qualification", until)
    case, _ = counter.ready(contractor=contractor)
    assert rules(counter.would(case, "issue_permit")) == told


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("verb", ["suspend", "bar"])
def test_a_contractor_who_is_not_active_gets_no_permit_until_restored(counter, verb):
    contractor = counter.contractor()
    case, receipt = counter.ready(contractor=contractor)
    counter.do("contractor", contractor, verb, BOSS, reason="夜间施工")
    assert counter.not_issued(case, receipt) == ["contractor_not_active"]
    counter.do("contractor", contractor, "restore", BOSS, reason="已整改")
    assert counter.issue(case, receipt).state == "valid"


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(("change", "told"), [
    ({"receipt_number": ""}, ["receipt_invalid"]),
    ({"receipt_number": "SJ-2026-999999"}, ["receipt_invalid"]),
    ({"valid_from": -1}, ["outside_dates"]),
    ({"valid_until": 1}, ["credential_expired", "outside_dates"]),
    ({"valid_from": 1, "valid_until": -1}, []),
])  # fmt: skip
def test_a_permit_names_its_receipt_and_stays_within_the_dates(counter, change, told):
    case, receipt = counter.ready()
    edges = {"valid_from": counter.starts, "valid_until": counter.ends}
    given = {k: str(edges[k] + v * DAY) if k in edges else v for k, v in change.items()}
    if told:
        assert counter.not_issued(case, receipt, **given) == told
    else:
        assert counter.issue(case, receipt, **given).state == "valid"


@pytest.mark.on("sqlite")
def test_a_receipt_of_another_case_is_not_taken(counter):
    case, receipt = counter.ready()
    _, foreign = counter.ready()
    assert counter.not_issued(case, foreign) == ["receipt_invalid"]
    assert counter.issue(case, receipt).state == "valid"


@pytest.mark.on("sqlite")
def test_an_act_that_became_prohibited_stops_the_permit(counter):
    case, receipt = counter.ready(scope=counter.items("painting", "carpentry"))
    [item] = counter.items("carpentry")
    counter.edit("scope_item", item, "admin", kind="prohibited", clause="R-3.5.10")
    told = counter.refused(CASE, case, "issue_permit", SECOND, receipt_number=receipt, **counter.dates())
    assert [(each.rule, each.clause) for each in told] == [("prohibited_scope", "R-3.5.10")]


@pytest.mark.on("sqlite")
def test_a_receipt_is_not_voided_under_a_permit_until_that_is_revoked(counter):
    case, number = counter.ready()
    permit = counter.issue(case, number)
    [receipt] = counter.ids("receipt", number=number)
    [told] = counter.refused("receipt", receipt, "void", BOSS, reason="退款")
    assert (told.rule, told.clause) == ("permit_stands_on_it", "R-3.4.8")
    assert permit.number in str(told.message)
    counter.do("permit", permit.id, "revoke", BOSS, reason="擅自拆改承重墙")
    counter.do("receipt", receipt, "void", BOSS, reason="退款")
    assert {each.state for each in counter.papers("charge", case)} == {"due"}


def test_a_revoked_permit_ends_its_case_and_frees_the_unit(counter):
    case, receipt = counter.ready()
    permit = counter.issue(case, receipt)
    counter.do(CASE, case, "stop", CLERK, reason="擅自拆改")
    assert counter.one("permit", permit.id).state == "stopped"
    counter.do("permit", permit.id, "revoke", BOSS, reason="擅自拆改承重墙")
    ended, revoked = counter.one(CASE, case), counter.one("permit", permit.id)
    assert (ended.state, revoked.state, revoked.revoke_reason) == ("cancelled", "revoked", "擅自拆改承重墙")
    assert not counter.one("unit", ended.unit_id).is_renovating
    assert rules(counter.refused(CASE, case, "resume", CLERK, reason="复工")) == ["wrong_state"]
    assert counter.apply(unit=ended.unit_id)


def test_the_permit_follows_its_case(counter):
    case, receipt = counter.ready()
    permit = counter.issue(case, receipt)

    def states():
        return counter.one(CASE, case).state, counter.one("permit", permit.id).state

    steps = [
        ("stop", {"reason": "巡查"}, ("stopped", "stopped")),
        ("resume", {"reason": "整改完毕"}, ("under_work", "valid")),
        ("request_acceptance", {}, ("awaiting_acceptance", "valid")),
        ("fail_acceptance", {"findings": "防水未做"}, ("under_work", "valid")),
        ("request_acceptance", {}, ("awaiting_acceptance", "valid")),
        ("accept", {}, ("completed", "closed")),
        ("settle", {"deductions": "无"}, ("settled", "closed")),
    ]
    for verb, params, expected in steps:
        counter.do(CASE, case, verb, CLERK, **params)
        assert states() == expected
    assert not counter.one("unit", counter.one(CASE, case).unit_id).is_renovating


@pytest.mark.on("sqlite")
def test_a_permit_is_extended_beyond_the_dates_but_never_shortened(counter):
    case, receipt = counter.ready()
    permit = counter.issue(case, receipt)
    later = counter.ends + 30 * DAY
    same = {"valid_until": str(counter.ends), "reason": "工期延误"}
    assert rules(counter.refused(CASE, case, "extend", CLERK, **same)) == ["outside_dates"]
    counter.do(CASE, case, "extend", CLERK, valid_until=str(later), reason="工期延误")
    assert counter.one("permit", permit.id).valid_until == later
    assert counter.one(CASE, case).ends_on == counter.ends


def test_fifty_who_issue_at_once_give_one_permit(app, counter):
    """As example 4 for dispatch: one goes through, the others are told why, nothing breaks."""
    case, receipt = counter.ready()
    given = {"receipt_number": receipt, **counter.dates()}
    session = counter.session
    session.commit()

    def issue(_):
        with app.app_context(), here.as_house():
            from app.extensions import db

            try:
                Desk(db.session).do(CASE, case, "issue_permit", SECOND, **given)
            except NotAllowed as refused:
                return rules(refused.blockers)
            except Refusal as refused:
                return refused.status
            finally:
                db.session.remove()
            return "issued"

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(issue, range(50)))
    assert answers.count("issued") == 1
    assert all(each in ("issued", ["wrong_state"], 409, 503) for each in answers)
    assert [each.number for each in counter.papers("permit", case)] == [f"SG-{counter.today.year}-000001"]


def test_a_receipt_voided_while_its_permit_is_issued_leaves_one_of_the_two(app, counter):
    for _ in range(4):
        case, number = counter.ready()
        [receipt] = counter.ids("receipt", number=number)
        given = {"receipt_number": number, **counter.dates()}
        counter.session.commit()

        def act(table, row_id, verb, username, params):
            with app.app_context(), here.as_house():
                from app.extensions import db

                try:
                    Desk(db.session).do(table, row_id, verb, username, **params)
                except (NotAllowed, Refusal):
                    return False
                finally:
                    db.session.remove()
                return True

        with ThreadPoolExecutor(2) as pool:
            issued = pool.submit(act, CASE, case, "issue_permit", SECOND, given)
            voided = pool.submit(act, "receipt", receipt, "void", CASHIER, {"reason": "退款"})
        assert issued.result() is not voided.result()
        counter.session.commit()
        permits = counter.papers("permit", case)
        assert bool(permits) is (counter.one("receipt", receipt).state == "live")


@pytest.mark.parametrize("table", ["agreement", "undertaking", "notice_receipt"])
def test_each_paper_is_printed_from_the_case(counter, sign_in, table):
    case = counter.apply(scope=counter.items("painting", "safety_rails"))
    clerk = sign_in(CLERK)
    for row in counter.ids(table, application_id=case):
        paper = clerk.get(f"/{table}/{row}/print")
        assert paper.mimetype == "application/pdf"
        assert paper.data.startswith(b"%PDF")
    assert clerk.get(f"/{table}/999999/print").status_code == 404
    assert sign_in(CASHIER).get(f"/{table}/{row}/print").status_code == 403


@pytest.mark.on("sqlite")
def test_the_papers_of_a_case_say_what_the_case_says(counter, sign_in, tmp_path):
    import subprocess

    case = counter.apply(scope=counter.items("painting", "safety_rails"))
    counter.sign_agreement(case, "applicant")
    file = tmp_path / "papers.pdf"
    file.write_bytes(sign_in(CLERK).get(f"/{CASE}/{case}/print").data)
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    said = "".join(text.split())
    row = counter.one(CASE, case)
    for each in (row.number, "林晓", "装修管理服务协议", "装修承诺书", "拆除室内的安全防护栏", "装修禁止行为告知书",
                 "R-3.5.14", "注意事项告知书"):  # fmt: skip
        assert each in said, each
    assert text.count("\f") == 1 + 1 + 6  # agreement, undertaking, three notices for two people
