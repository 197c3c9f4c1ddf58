"""The papers that are signed, filled from the case's rows: agreement, undertakings, notices."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contractors.models import Contractor
from app.core.documents import render
from app.core.here import in_house_time
from app.core.values import show_money, strokes_svg, written_day
from app.core.words import speaking
from app.fees.models import Charge
from app.fees.rules import ChargeKind, ChargeState
from app.owners.models import Unit
from app.renovation.applications.models import RenovationApplication, ScopeItem
from app.renovation.applications.rules import ScopeKind, WorkMode
from app.renovation.papers.models import Agreement, Drawing, NoticeReceipt, Undertaking
from app.renovation.papers.rules import Notice, Recipient, parties_of, recipients_of

TEMPLATE = Path(__file__).with_name("paper.typ")

#: what the three agree on (R-3.3.5)
AGREED = (
    "装修人按批准的内容、期限和图纸施工；变更内容或延长期限，先向物业服务中心申报。",
    "装修企业对施工安全、施工人员和施工质量负责，施工人员凭出入证进出，一人一证。",
    "物业服务中心按约提供进出、清运、巡查服务，发现违规行为有权制止并通知限期整改。",
    "违规不整改的，物业服务中心可责令停工、收回出入证并上报主管部门；造成损失的，由责任人承担。",
    "完工后由装修人申请验收；验收合格、出入证交回、无未整改事项的，按实结算并退还押金。",
)
RULES = (
    "施工前办理申报，凭收据领取《施工许可》，并张贴在施工现场入口明显处。",
    "施工人员办理临时出入证，凭本人身份证，正本随身携带，进入时副本留存门岗，离开时取回。",
    "装修材料和垃圾袋装搬运，按指定时间、路线和地点堆放、清运，不占用公共通道。",
    "图纸由装修人和施工负责人签字，复印件由物业服务中心存档；改图须重新签字。",
)
PRECAUTIONS = (
    "遵守施工时间，不在休息时间使用电锤、切割等高噪声工具。",
    "动火、用电由持证人员操作，现场配备灭火器，离场前切断电源、水源、气源。",
    "厨房、卫生间做防水后须闭水试验，合格后方可铺装。",
    "不向下水管道倾倒水泥、砂石、涂料等易堵塞的废料。",
    "爱护电梯、墙面等公共设施，搬运时做好保护，损坏照价赔偿。",
)


def papers_of_the_case(session: Session, case: RenovationApplication) -> bytes:
    """Everything that is to be signed, in one PDF: what a clerk prints when somebody comes to the counter."""
    rows = [
        row
        for model in (Agreement, Undertaking, NoticeReceipt, Drawing)
        for row in session.execute(select(model).where(model.application_id == case.id).order_by(model.id)).scalars()
    ]
    return printed(session, rows)


def printed(session: Session, rows: Iterable[Any]) -> bytes:
    """The PDF of some of them, a page each."""
    with speaking("zh"):
        return render(TEMPLATE, {"papers": [_paper(session, row) for row in rows]})


def _paper(session: Session, row: Agreement | Undertaking | NoticeReceipt | Drawing) -> dict[str, Any]:
    case = session.get_one(RenovationApplication, row.application_id)
    unit = session.get_one(Unit, case.unit_id)
    contractor = session.get(Contractor, case.contractor_id) if case.contractor_id else None
    common = {
        "estate": unit.estate.name, "case": case.number,
        "facts": [
            ["房屋", unit.full_name], ["装修人", case.applicant_name],
            ["装修企业", contractor.name if contractor else "（自行装修）"],
            ["施工负责人", case.site_manager_name or case.applicant_name],
            ["施工期限", f"{written_day(case.starts_on)} 至 {written_day(case.ends_on)}"],
            ["装修内容", "、".join(item.label for item in case.scope)],
        ],
    }  # fmt: skip
    if isinstance(row, Agreement):
        return {**common, **_agreement(session, row, case)}
    if isinstance(row, Undertaking):
        return {**common, **_undertaking(session, row)}
    if isinstance(row, Drawing):
        return {**common, **_drawing(row, case)}
    return {**common, **_notice(session, row)}


def _agreement(session: Session, row: Agreement, case: RenovationApplication) -> dict[str, Any]:
    charges = select(Charge).where(Charge.application_id == case.id, Charge.state != ChargeState.VOID)
    fees = [
        f"{ChargeKind(each.kind).label} {show_money(each.amount_fen)} 元"
        for each in session.execute(charges.order_by(Charge.id)).scalars()
    ]
    lines = [*AGREED, f"应缴费用：{'；'.join(fees)}。"] if fees else AGREED
    signers = [
        (
            str(party.label),
            getattr(row, f"{party}_signer"),
            getattr(row, f"{party}_signed_at"),
            getattr(row, f"{party}_drawn"),
        )
        for party in parties_of(WorkMode(case.work_mode))
    ]
    return {"title": "装修管理服务协议", "clause": "R-3.3.5", "intro": "以上各方就本次装修约定如下：",
            "lines": list(lines), "signers": _signers(signers), "copies": f"本协议一式{'三' if len(signers) > 2 else '两'}份，各方各执一份。"}  # fmt: skip


def _undertaking(session: Session, row: Undertaking) -> dict[str, Any]:
    item = session.get_one(ScopeItem, row.scope_item_id)
    return {
        "title": "装修承诺书", "clause": item.clause,
        "intro": f"本人装修内容涉及「{item.label}」，已知悉由此可能带来的后果，承诺如下：",
        "lines": [
            "所作改动由本人负责，不影响他人使用和公共安全。", "因此发生的损坏、事故和维修费用由本人承担。",
            "物业服务中心因检修需要时，本人配合拆除遮挡或恢复原状，费用自理。", "房屋转让或出租时，将本承诺告知受让人、承租人。",
        ],
        "signers": _signers([("承诺人", row.signer_name, row.signed_at, row.signer_drawn)]), "copies": "本承诺书由物业服务中心存档。",
    }  # fmt: skip


def _drawing(row: Drawing, case: RenovationApplication) -> dict[str, Any]:
    archived = (
        f"复印件于 {written_day(in_house_time(row.archived_at).date())} 存档。"
        if row.archived_at
        else "复印件尚未存档。"
    )
    signers = [
        (str(who.label), getattr(row, f"{who}_signer"), getattr(row, f"{who}_signed_at"), getattr(row, f"{who}_drawn"))
        for who in recipients_of(WorkMode(case.work_mode))
    ]
    return {
        "title": "装修图纸审核签字页", "clause": "R-3.4.7", "intro": f"附后的装修设计图纸为第 {row.drawing_version} 版，已经审核：",
        "lines": [*([f"说明：{row.remarks}"] if row.remarks else []),
                  "施工按本版图纸进行；改图须提交新版，重新审核签字。", archived],
        "signers": _signers(signers), "copies": "本页附于图纸之上，复印件由物业服务中心存档。",
    }  # fmt: skip


def _notice(session: Session, row: NoticeReceipt) -> dict[str, Any]:
    notice, recipient = Notice(row.notice), Recipient(row.recipient)
    return {
        "title": f"{notice.label}告知书", "clause": "R-3.4.6",
        "intro": f"现将{notice.label}书面告知{recipient.label}，请逐条阅读并遵守：",
        "lines": _told(session, notice),
        "signers": _signers([(f"{recipient.label}（已收到并知悉）", row.signer_name, row.signed_at, row.signer_drawn)]),
        "copies": "本告知书一式两份，一份交签收人，一份由物业服务中心存档。",
    }  # fmt: skip


def _told(session: Session, notice: Notice) -> list[str]:
    if notice is Notice.PROHIBITED_ACTS:  # the catalogue itself: what is told is what is refused and what is found
        items = select(ScopeItem).where(ScopeItem.kind == ScopeKind.PROHIBITED).order_by(ScopeItem.id)
        return [f"禁止{item.label}（{item.clause}）。" for item in session.execute(items).scalars()]
    return list(RULES if notice is Notice.MANAGEMENT_RULES else PRECAUTIONS)


def _signers(signers: Sequence[tuple[str, str | None, datetime | None, str | None]]) -> list[list[str]]:
    """[who, name, day, the drawn signature as SVG]; empty strings where there is none yet."""
    return [
        [who, name or "", written_day(in_house_time(at).date()) if at else "", strokes_svg(drawn) if drawn else ""]
        for who, name, at, drawn in signers
    ]
