"""Renovation applications of the demo, in every state, each brought there by its verbs."""

from datetime import date, timedelta

from app.core import here
from app.demo import names
from app.demo.desk import Desk

#: how far each case is taken; two of most, so that a list looks like a list
STEPS = {
    "draft": 3, "submitted": 3, "approved": 2, "ready": 2, "under_work": 4, "stopped": 1,
    "awaiting_acceptance": 2, "completed": 1, "settled": 1, "rejected": 1, "cancelled": 1,
}  # fmt: skip
CLERK, SECOND, BOSS, CASHIER = "renovation_clerk", "renovation_clerk2", "service_manager", "cashier"
ORDINARY = ("painting", "flooring", "plumbing", "electrics", "carpentry", "waterproofing")


def load_applications(desk: Desk) -> None:
    _deposit(desk)
    contractors = _contractors(desk)
    scope = {desk.one("scope_item", each).code: each for each in desk.ids("scope_item")}
    units = [each for each in desk.ids("unit") if desk.one("unit", each).state in ("handed_over", "occupied", "let")]
    cases = [step for step, count in STEPS.items() for _ in range(count)]
    for number, step in enumerate(cases):
        _case(desk, number, step, units[number * 3], contractors, scope)


def _deposit(desk: Desk) -> None:
    """The source leaves the deposit to the company: this one takes 2,000 yuan."""
    desk.enter(
        "policy", "admin", name="tariff_renovation_deposit", value=200_000, valid_from=str(_day(-400)), note="装修押金"
    )


def _contractors(desk: Desk) -> list[int]:
    made = []
    for number in range(6):
        contractor = desk.enter(
            "contractor", BOSS, name=f"云山{'宏创雅居博艺尚品鼎新'[number * 2 - 2 : number * 2]}装饰工程有限公司",
            credit_code=names.credit_code(700 + number), contact_name=names.name(700 + number),
            phone=names.phone(700 + number),
        )  # fmt: skip
        for kind in ("business_licence", "qualification"):
            desk.enter(
                "credential", BOSS, contractor=contractor, kind=kind, credential_number=f"D2{number}{len(kind):07d}",
                level="二级" if kind == "qualification" else None,
                valid_until=str(_day(40 if number == 5 else 400 + number * 30)),
            )  # fmt: skip
        made.append(contractor)
    desk.do("contractor", made[4], "suspend", BOSS, reason="夜间施工，多次劝阻不改，暂停接受新的申请")
    return made[:4]


def _day(days: int) -> date:
    return here.today() + timedelta(days=days)


def _case(desk: Desk, number: int, step: str, unit: int, contractors: list[int], scope: dict[str, int]) -> None:
    self_managed, tenant = number % 5 == 2, desk.one("unit", unit).state == "let"
    items = [scope[ORDINARY[(number + shift) % 6]] for shift in range(3)]
    undertaking = [each for code, each in scope.items() if desk.one("scope_item", each).kind == "undertaking"]
    if number % 4 == 1:
        items.append(undertaking[number % len(undertaking)])
    begun = step in ("under_work", "stopped", "awaiting_acceptance", "completed", "settled")
    starts = _day(-20 - number if begun else 5 + number)
    application = desk.enter(
        "renovation_application", CLERK, unit=unit, applicant_kind="tenant" if tenant else "owner",
        applicant_name=names.name(800 + number), applicant_phone=names.phone(800 + number),
        applicant_id_number=names.identity_card(800 + number),
        work_mode="self_managed" if self_managed else "contractor",
        contractor=None if self_managed else contractors[number % 4],
        site_manager_name=None if self_managed else names.name(900 + number),
        site_manager_phone=None if self_managed else names.phone(900 + number),
        starts_on=str(starts), ends_on=str(starts + timedelta(days=90)), scope=items,
        description="全屋翻新，不动承重结构。",
    )  # fmt: skip
    _take(desk, application, step)


def _take(desk: Desk, application: int, step: str) -> None:
    """Bring the case to where it is to stand."""
    table = "renovation_application"
    if step == "draft":
        return
    if step == "cancelled":
        desk.do(table, application, "cancel", CLERK, reason="业主改变计划")
        return
    desk.do(table, application, "submit", CLERK)
    if step == "submitted":
        return
    if step == "rejected":
        desk.do(table, application, "reject", BOSS, reason="申报内容与现场不符")
        return
    desk.do(table, application, "approve", BOSS)
    if step == "approved":
        return
    _clear_papers(desk, application)
    charges = desk.ids("charge", application_id=application)
    receipt = desk.do("charge", charges, "take_payment", CASHIER, method="wechat")
    if step == "ready":
        return
    row = desk.one(table, application)
    desk.do(
        table, application, "issue_permit", SECOND, receipt_number=desk.one("receipt", receipt).number,
        valid_from=str(row.starts_on), valid_until=str(row.ends_on),
    )  # fmt: skip
    _crew(desk, application)
    _patrols(desk, application, step)
    _finish(desk, application, step)


def _crew(desk: Desk, application: int) -> None:
    """Two workers with their passes; the first is inside."""
    case, [permit] = desk.one("renovation_application", application), desk.ids("permit", application_id=application)
    if desk.one("permit", permit).valid_until < here.today():
        return
    for place in range(2):
        number = 1200 + application * 2 + place
        worker = desk.enter(
            "worker", SECOND, contractor=case.contractor_id, name=names.name(number),
            id_number=names.identity_card(number), phone=names.phone(number),
        )  # fmt: skip
        until = str(desk.one("permit", permit).valid_until)
        desk.do("permit", permit, "issue_pass", SECOND, worker=worker, valid_until=until)
        if place == 0:
            desk.do("pass", desk.ids("pass")[-1], "enter", "gate")


def _patrols(desk: Desk, application: int, step: str) -> None:
    """An engineer goes round; what is found on the way is put right, but for the case that is stopped."""
    patrol = desk.enter("patrol", "engineer", application=application, findings="现场整洁，按图施工，灭火器在位。")
    if step not in ("stopped", "awaiting_acceptance", "settled"):
        return
    items = {"stopped": "load_bearing_change", "awaiting_acceptance": "common_parts", "settled": "common_facilities"}
    violation = desk.enter(
        "violation", "engineer", application=application, patrol=patrol,
        scope_item=desk.ids("scope_item", code=items[step])[0], deadline=str(_day(3)),
        description="巡查发现，已当场告知施工负责人并拍照。",
    )  # fmt: skip
    if step != "stopped":
        desk.do("violation", violation, "rectify", CLERK, note="复查已恢复原状。")


def _finish(desk: Desk, application: int, step: str) -> None:
    table = "renovation_application"
    if step == "stopped":
        desk.do(table, application, "stop", BOSS, reason="巡查发现擅自拆改，停工整改")
    if step in ("awaiting_acceptance", "completed", "settled"):
        desk.do(table, application, "request_acceptance", CLERK)
    if step in ("completed", "settled"):
        desk.do(table, application, "accept", SECOND)
        for row in desk.ids("pass", permit_id=desk.ids("permit", application_id=application)[0]):
            if desk.one("pass", row).inside:
                desk.do("pass", row, "leave", "gate")
            desk.do("pass", row, "take_back", SECOND)
    if step == "settled":
        desk.enter(
            "deduction", SECOND, application=application, violation=desk.ids("violation")[-1],
            reason="损坏楼道墙面，修补费用", amount_fen=30_000,
        )  # fmt: skip
        desk.do(table, application, "settle", SECOND, deductions="扣除楼道修补费后退还")
        [deposit] = desk.ids("charge", application_id=application, kind="renovation_deposit")
        desk.do("charge", deposit, "refund", CASHIER, method="wechat")


def _clear_papers(desk: Desk, application: int) -> None:
    """Every document checked, everything signed, the drawing reviewed and archived."""
    row = desk.one("renovation_application", application)
    ends = str(row.ends_on + timedelta(days=60))
    for document in desk.ids("application_document", application_id=application, required=True):
        desk.do(
            "application_document", document, "check", SECOND, copy_kept=True, original_seen=True,
            red_seal=True, marked_for_unit=True, valid_until=ends,
        )  # fmt: skip
    if not any(
        desk.one("application_document", d).kind == "purchase_contract" and desk.one("application_document", d).required
        for d in desk.ids("application_document", application_id=application)
    ):
        for document in desk.ids("application_document", application_id=application, kind="purchase_contract"):
            desk.do("application_document", document, "check", SECOND, copy_kept=True, original_seen=True)
    parties = ["applicant", "property"] + (["contractor"] if row.work_mode == "contractor" else [])
    for agreement in desk.ids("agreement", application_id=application):
        for party in parties:
            desk.do("agreement", agreement, "sign", SECOND, party=party, signer_name=row.applicant_name)
    for table in ("undertaking", "notice_receipt"):
        for paper in desk.ids(table, application_id=application):
            desk.do(table, paper, "sign", SECOND, signer_name=row.applicant_name)
    _drawing(desk, application)


def _drawing(desk: Desk, application: int) -> None:
    drawing = desk.enter("drawing", SECOND, application=application, drawing_version=1)
    signers: tuple[str, ...] = ("applicant", "site_manager")
    for party in signers:
        desk.do("drawing", drawing, "sign", SECOND, party=party)
    desk.do("drawing", drawing, "archive_copy", SECOND)
