"""Ten thousand random verbs by random people on a handful of cases: nothing that the dictionary forbids.

After every permit: nothing was missing. At the end: every change of state is one of the dictionary's,
nobody came in twice, documents are numbered without gaps, and the money adds up to the fen.
"""

import random
from collections import Counter as Tally
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.answers import Refusal
from app.core.blockers import NotAllowed
from app.core.journal import JournalEntry
from app.core.policy import Policy
from app.core.verbs import verbs_of
from app.demo import names
from app.renovation.passes.rules import Direction
from tests.renovation.conftest import CASE, CLERK

STEPS, SEED = 10_000, 20261124
PEOPLE = ("renovation_clerk", "renovation_clerk2", "service_manager", "cashier", "gate", "engineer", "service_clerk")
TABLES = (CASE, "application_document", "agreement", "undertaking", "notice_receipt", "drawing", "charge", "receipt",
          "acceptance_item", "permit", "pass", "violation")  # fmt: skip

#: table -> verb -> {from: to}, as the data dictionary has it
DICTIONARY = {
    CASE: {
        "submit": {"draft": "submitted"}, "approve": {"submitted": "approved"}, "issue_permit": {"approved": "under_work"},
        "stop": {"under_work": "stopped"}, "resume": {"stopped": "under_work"},
        "request_acceptance": {"under_work": "awaiting_acceptance"}, "accept": {"awaiting_acceptance": "completed"},
        "fail_acceptance": {"awaiting_acceptance": "under_work"}, "settle": {"completed": "settled"},
        "send_back": {"submitted": "draft"}, "reject": {"submitted": "rejected"},
        "cancel": {"draft": "cancelled", "submitted": "cancelled", "approved": "cancelled"},
        "revoke": {"under_work": "cancelled", "stopped": "cancelled", "awaiting_acceptance": "cancelled"},
    },
    "permit": {
        "stop": {"valid": "stopped"}, "resume": {"stopped": "valid"}, "accept": {"valid": "closed"},
        "revoke": {"valid": "revoked", "stopped": "revoked"},
    },
    "pass": {
        "report_lost": {"issued": "lost"}, "take_back": {"issued": "returned", "lost": "returned"},
        "revoke": {"issued": "revoked", "lost": "revoked"},
    },
    "charge": {
        "take_payment": {"due": "paid"}, "void": {"due": "void", "paid": "due"}, "cancel": {"due": "void"},
        "refund": {"paid": "refunded"},
    },
    "receipt": {"void": {"live": "void"}},
    "acceptance": {"accept": {"open": "accepted"}, "fail_acceptance": {"open": "failed"}},
    "violation": {
        "rectify": {"open": "rectified", "reported": "rectified"}, "report_to_authority": {"open": "reported"},
    },
}  # fmt: skip


class Life:
    def __init__(self, counter):
        self.counter, self.random, self.done = counter, random.Random(SEED), Tally()
        self.workers = []

    def begin(self):
        counter = self.counter
        counter.starts = counter.today
        counter.session.add(Policy(name="tariff_renovation_deposit", value=200_000, valid_from=counter.today))
        counter.session.commit()
        for number in range(6):
            self.another_case(number)

    def another_case(self, number):
        self_managed = number % 3 == 2
        case = self.counter.apply(
            self.random.choice([CLERK, "renovation_clerk2"]),
            **({"work_mode": "self_managed", "contractor": None} if self_managed else {}),
            scope=self.counter.items("painting", *(["safety_rails"] if number % 2 else [])),
        )
        self.counter.enter("drawing", CLERK, application=case, drawing_version=1)
        contractor = self.counter.one(CASE, case).contractor_id
        for _ in range(2):
            self.workers.append(
                self.counter.enter(
                    "worker", CLERK, contractor=contractor, name="魏松",
                    id_number=names.identity_card(2000 + len(self.workers)),
                )
            )  # fmt: skip

    def step(self):
        table = self.random.choice(TABLES)
        verb = self.random.choice(list(verbs_of(table).values()))
        rows = self.counter.ids(table)
        if not rows or self.random.random() < 0.05:
            return self.something_else()
        if self.random.random() < 0.4:
            return self.push(self.random.choice(self.counter.ids(CASE)[-12:]))
        if verb.danger and self.random.random() < 0.8:
            return None  # what ends a case early is tried now and then only
        row = self.random.choice(rows[-40:])
        ids = [row] if verb.many else row
        username = self.random.choice(PEOPLE)
        params = {name: self.value(verb, name) for name in verb.asks}
        try:
            self.counter.do(table, ids, verb.name, username, **params)
        except (NotAllowed, Refusal):
            self.done["refused"] += 1
            return None
        self.done[f"{table}.{verb.name}"] += 1
        if verb.name == "issue_permit":
            self.nothing_was_missing(row, username)
        return None

    def push(self, case):
        """What a clerk would do next with a case: random verbs alone would hardly get one through the counter."""
        counter, row = self.counter, self.counter.one(CASE, case)
        by_contractor = row.work_mode == "contractor"
        match row.state:
            case "draft":
                tries = [lambda: self.do(CASE, case, "submit", CLERK)]
            case "submitted":
                tries = [lambda: self.do(CASE, case, "approve", "service_manager")]
            case "approved":
                tries = [
                    lambda: counter.check_all(case), lambda: counter.sign_all("undertaking", case),
                    lambda: counter.sign_all("notice_receipt", case), lambda: counter.pay(case),
                    lambda: counter.sign_agreement(case, *(["contractor"] if by_contractor else []), "applicant", "property"),
                    lambda: self.draw(case), lambda: self.issue(case), lambda: self.issue(case),
                ]  # fmt: skip
            case "under_work":
                tries = [lambda: self.give_pass(case), lambda: self.give_pass(case), lambda: self.at_the_gate(case),
                         lambda: self.do(CASE, case, "request_acceptance", CLERK)]  # fmt: skip
            case "awaiting_acceptance":
                tries = [
                    lambda: self.clear_violations(case),
                    lambda: self.clear_sheet(case),
                    lambda: self.do(CASE, case, "accept", CLERK),
                ]
            case "completed":
                tries = [
                    lambda: self.hand_in(case),
                    lambda: self.clear_violations(case),
                    lambda: self.do(CASE, case, "settle", CLERK),
                ]
            case _:
                tries = [lambda: self.refund(case)]
        try:
            self.random.choice(tries)()
        except (NotAllowed, Refusal):
            self.done["refused"] += 1

    def do(self, table, row, verb, username, **params):
        self.counter.do(table, row, verb, username, **params)
        self.done[f"{table}.{verb}"] += 1

    def draw(self, case):
        drawing = self.counter.ids("drawing", application_id=case)[-1]
        for party in ("applicant", "site_manager"):
            self.do("drawing", drawing, "sign", CLERK, party=party)
        self.do("drawing", drawing, "archive_copy", CLERK)

    def issue(self, case):
        paid = [each.receipt_id for each in self.counter.papers("charge", case) if each.receipt_id]
        number = self.counter.one("receipt", paid[-1]).number if paid else "SJ-1"
        user = self.random.choice(["renovation_clerk", "renovation_clerk2", "service_manager"])
        self.do(CASE, case, "issue_permit", user, receipt_number=number, **self.counter.dates())
        self.nothing_was_missing(case, user)

    def give_pass(self, case):
        [permit] = self.counter.ids("permit", application_id=case)
        contractor = self.counter.one(CASE, case).contractor_id
        own = [each for each in self.workers if self.counter.one("worker", each).contractor_id == contractor]
        self.do(
            "permit", permit, "issue_pass", CLERK, worker=self.random.choice(own), valid_until=str(self.counter.ends)
        )

    def passes(self, case):
        return self.counter.ids("pass", permit_id=self.counter.ids("permit", application_id=case)[0], state="issued")

    def at_the_gate(self, case):
        for each in self.passes(case):
            self.do("pass", each, self.random.choice(["enter", "leave"]), "gate")

    def hand_in(self, case):
        for each in self.passes(case):
            if self.counter.one("pass", each).inside:
                self.do("pass", each, "leave", "gate")
            self.do("pass", each, "take_back", CLERK)

    def clear_violations(self, case):
        for each in self.counter.ids("violation", application_id=case, state="open"):
            self.do("violation", each, "rectify", "engineer", note="已恢复")

    def clear_sheet(self, case):
        for sheet in self.counter.ids("acceptance", application_id=case, state="open"):
            for each in self.counter.ids("acceptance_item", acceptance_id=sheet, result="failed"):
                self.do("acceptance_item", each, "inspect", CLERK, result="passed")

    def refund(self, case):
        for each in self.counter.ids("charge", application_id=case, kind="renovation_deposit", state="paid"):
            self.do("charge", each, "refund", "cashier", method="cash")

    def something_else(self):
        case = self.random.choice(self.counter.ids(CASE))
        try:
            match self.random.randrange(4):
                case 0:
                    self.counter.enter("patrol", "engineer", application=case, findings="正常")
                case 1:
                    self.counter.enter(
                        "violation", "engineer", application=case, scope_item=self.counter.items("facade")[0],
                        description="外墙开门", deadline=str(self.counter.today),
                    )  # fmt: skip
                case 2:
                    self.counter.enter(
                        "deduction",
                        CLERK,
                        application=case,
                        reason="修补",
                        amount_fen=self.random.randrange(1, 150_000),
                    )
                case 3:
                    if len(self.counter.ids(CASE)) < 18:
                        self.another_case(self.random.randrange(6))
        except (NotAllowed, Refusal):
            self.done["refused"] += 1

    def value(self, verb, name):
        counter, choose = self.counter, self.random.choice
        match name:
            case "receipt_number":
                receipts = counter.ids("receipt")
                return counter.one("receipt", choose(receipts[-8:])).number if receipts else "SJ-1"
            case "valid_from":
                return str(counter.starts)
            case "valid_until":
                return str(choose([counter.ends, counter.ends, counter.ends + timedelta(days=30)]))
            case "worker":
                return choose(self.workers)
            case "workers":
                return [choose(self.workers)]
            case "party":
                return choose(["applicant", "contractor", "property", "site_manager"])
            case "method":
                return choose(["cash", "wechat"])
            case "signature":
                return choose([None, "10,20 11,22 12,24 13,28 14,30 15,35 16,40 18,44;40,20 41,25 44,30"])
            case "result":
                return choose(["passed", "passed", "failed"])
            case "amount_fen":
                return self.random.randrange(1, 200_000)
            case "on":
                return str(counter.today)
            case "copy_kept" | "original_seen" | "red_seal" | "marked_for_unit":
                return self.random.random() < 0.9
            case _:
                return "测试说明"

    def nothing_was_missing(self, case, username):
        """Read from the rows, not by the rules of the house."""
        counter = self.counter
        row = counter.one(CASE, case)
        by_contractor = row.work_mode == "contractor"
        [agreement] = counter.papers("agreement", case)
        assert agreement.applicant_signed_at
        assert agreement.property_signed_at
        assert agreement.contractor_signed_at or not by_contractor
        for table in ("undertaking", "notice_receipt"):
            assert all(
                paper.signed_at for paper in counter.papers(table, case)
                if table == "undertaking" or by_contractor or paper.recipient == "applicant"
            )  # fmt: skip
        documents = counter.papers("application_document", case)
        whole = {d.kind for d in documents if d.copy_kept and d.original_seen}
        assert "identity_card" in whole
        assert whole & {"purchase_contract", "payment_proof", "title_deed", "other_title_proof"}
        sealed = {d.kind for d in documents if d.copy_kept and d.red_seal and d.marked_for_unit}
        assert {"contractor_licence", "contractor_qualification"} <= sealed or not by_contractor
        newest = max(counter.papers("drawing", case), key=lambda each: each.drawing_version)
        assert newest.applicant_signed_at
        assert newest.archived_at
        charges = counter.papers("charge", case)
        assert not [each for each in charges if each.state == "due"]
        assert row.created_by_id != counter.staff_id(username)


@pytest.mark.on("sqlite")
def test_ten_thousand_random_verbs_leave_nothing_that_the_dictionary_forbids(counter):
    life = Life(counter)
    life.begin()
    for _ in range(STEPS):
        life.step()
    print(dict(life.done))
    for each in ("renovation_application.issue_permit", "renovation_application.settle", "pass.enter", "charge.refund",
                 "permit.issue_pass", "violation.rectify"):  # fmt: skip
        assert life.done[each], (each, life.done)
    states_moved_as_the_dictionary_has_it(counter)
    nobody_came_in_twice(counter)
    the_money_adds_up(counter)
    numbers_have_no_gaps(counter)


def states_moved_as_the_dictionary_has_it(counter):
    entries = counter.session.execute(
        select(JournalEntry).where(JournalEntry.table_name.in_(list(DICTIONARY)))
    ).scalars()
    moved = 0
    for entry in entries:
        before, after = (entry.before or {}).get("state"), (entry.after or {}).get("state")
        if before is None or after is None or before == after:
            continue
        moved += 1
        assert DICTIONARY[entry.table_name].get(entry.verb, {}).get(before) == after, (
            entry.table_name,
            entry.verb,
            before,
            after,
        )
    assert moved > 100


def nobody_came_in_twice(counter):
    way = defaultdict(list)
    for each in counter.ids("gate_event"):
        event = counter.one("gate_event", each)
        if event.result == "admitted":
            way[event.pass_id].append(event.direction)
    for directions in way.values():
        wanted = [Direction.IN, Direction.OUT] * len(directions)
        assert directions == wanted[: len(directions)]
    held = Tally(counter.one("pass", each).worker_id for each in counter.ids("pass", state="issued"))
    assert not held or max(held.values()) == 1


def the_money_adds_up(counter):
    for each in counter.ids("receipt"):
        receipt = counter.one("receipt", each)
        assert receipt.amount_fen == sum(charge.amount_fen for charge in receipt.charges)
        paid = [charge for charge in receipt.charges if charge.receipt_id == receipt.id]
        assert (len(paid) == len(receipt.charges)) if receipt.state == "live" else not paid
    for each in counter.ids("refund"):
        refund = counter.one("refund", each)
        charge = counter.one("charge", refund.charge_id)
        assert charge.state == "refunded"
        assert refund.amount_fen + refund.deducted_fen == charge.amount_fen
        assert refund.amount_fen >= 0
    parts = defaultdict(int)
    for each in counter.ids("charge"):
        charge = counter.one("charge", each)
        parts[charge.split_from_id or charge.id] += charge.amount_fen
    for each, whole in parts.items():
        assert whole in (30_000, 90_000, 200_000), (each, whole)
    for case in counter.ids(CASE, state="settled"):
        deducted = sum(each.amount_fen for each in counter.papers("deduction", case))
        assert deducted == sum(each.deducted_fen for each in counter.papers("charge", case))
        assert not counter.ids("violation", application_id=case, state="open")


def numbers_have_no_gaps(counter):
    for table in ("permit", "pass", "receipt", "refund", "charge", "violation", "patrol", "acceptance", CASE):
        numbers = sorted(int(counter.one(table, each).number[-6:]) for each in counter.ids(table))
        assert numbers == list(range(1, len(numbers) + 1)), table
