"""The catalogue of what may be done, and the lists that the source leaves to policy."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import policy
from app.core.kinds import LongText, YesNo
from app.renovation.acceptance.rules import Subject
from app.renovation.applications.models import ScopeItem
from app.renovation.papers.rules import DocumentKind
from app.renovation.passes.rules import are_days, are_hours

policy.heading("装修", "Renovation")
policy.declare(
    "documents_owner",
    LongText(),
    ["identity_card"],
    "产权人必交资料",
    "What an owner has to bring",
    "R-3.3.1",
    fits=policy.each_of(DocumentKind),
)
policy.declare(
    "documents_owner_title", LongText(),
    ["purchase_contract", "payment_proof", "title_deed", "other_title_proof"],
    "产权证明（任一）", "Proofs of title, one of which is enough", "R-3.3.1", fits=policy.each_of(DocumentKind),
)  # fmt: skip
policy.declare(
    "documents_tenant", LongText(), ["identity_card", "lease", "owner_authorisation", "owner_consent"],
    "使用人必交资料", "What a tenant has to bring", "R-3.3.2", fits=policy.each_of(DocumentKind),
)  # fmt: skip

policy.declare(
    "acceptance_subjects", LongText(), [str(each) for each in Subject], "验收单的项目", "Items of the inspection sheet",
    "R-3.1.5", fits=policy.each_of(Subject),
)  # fmt: skip
policy.declare("gate_hours_apply", YesNo(), False, "门岗按施工时间放行", "The gate keeps working hours", "R-3.4.9")
policy.declare(
    "gate_hours",
    LongText(),
    ["08:00-12:00", "14:00-18:00"],
    "施工时间",
    "Working hours",
    "R-3.4.9",
    fits=are_hours,
    entered="hours",
)
policy.declare(
    "gate_holidays",
    LongText(),
    [],
    "不准施工的节假日",
    "Holidays without work",
    "R-3.4.9",
    fits=are_days,
    entered="days",
)

ORDINARY = {
    "painting": ("墙面涂刷", "Painting"), "flooring": ("地面铺装", "Flooring"),
    "plumbing": ("室内给排水", "Plumbing"), "electrics": ("室内电路", "Electrics"),
    "carpentry": ("木作", "Carpentry"), "waterproofing": ("防水", "Waterproofing"), "other": ("其他", "Other"),
}  # fmt: skip
UNDERTAKINGS = (
    ("safety_rails", "拆除室内的安全防护栏", "Removing the safety rails"),
    (
        "monitors_and_alarms",
        "移动和改变可视电话、红外线监视器和煤气报警器位置",
        "Moving videophone, infrared monitor or gas alarm",
    ),
    ("drain_pipes_covered", "装饰遮挡和包裹室内外雨、污排水主管道", "Covering rain or waste main pipes"),
    ("gas_pipes_covered", "装饰遮挡和封闭燃气主管道及燃气表", "Covering gas main or meter"),
)
PROHIBITED = (
    ("structures", "搭建建筑物、构筑物", "Putting up buildings or structures"),
    (
        "facade",
        "改变房屋外立面，在非承重外墙上开门、窗",
        "Changing the façade, opening doors or windows in outer walls",
    ),
    ("load_bearing_damage", "损坏房屋承重结构、主体结构和基础", "Damaging the load-bearing structure or foundations"),
    ("load_bearing_change", "擅自变动建筑主体和承重结构", "Changing the main or load-bearing structure"),
    ("digging", "开挖地下室、打井等", "Digging cellars or wells"),
    (
        "rebuilding",
        "擅自改建、重建建筑物及其附属设施，破坏房屋外貌",
        "Rebuilding the house or its annexes, spoiling its look",
    ),
    (
        "common_facilities",
        "损坏物业共有设施、设备及场地，擅自移动共有设施、设备",
        "Damaging or moving common facilities",
    ),
    ("energy_saving", "损坏房屋原有节能设施或者降低节能效果", "Damaging or weakening the energy-saving fittings"),
    ("use_of_property", "擅自改变物业使用性质", "Changing the use of the property"),
    ("use_of_rooms", "擅自改变房屋内区域功能", "Changing the function of rooms"),
    ("common_parts", "侵占物业共有部位及共有设施", "Occupying common parts"),
    ("gas_enclosed", "遮挡封包室内燃气管道和设施", "Enclosing indoor gas pipes and fittings"),
    ("shared_pipes", "擅自拆接共用水管、燃气管道和供电设施", "Tapping shared water, gas or power lines"),
    (
        "other_harm",
        "其他影响建筑结构安全、使用安全以及影响建筑外貌的行为",
        "Anything else that harms safety or the building's look",
    ),
)


def seed(session: Session) -> None:
    """Items that are missing are added; those that were edited stay as they are."""
    known = set(session.execute(select(ScopeItem.code)).scalars())
    session.add_all(item for item in catalogue() if item.code not in known)


def catalogue() -> list[ScopeItem]:
    items = [ScopeItem(code=code, label=zh, label_en=en, kind="ordinary") for code, (zh, en) in ORDINARY.items()]
    items += [
        ScopeItem(code=code, label=zh, label_en=en, kind="undertaking", clause=f"R-3.4.{n}")
        for n, (code, zh, en) in enumerate(UNDERTAKINGS, 1)
    ]
    return items + [
        ScopeItem(code=code, label=zh, label_en=en, kind="prohibited", clause=f"R-3.5.{n}")
        for n, (code, zh, en) in enumerate(PROHIBITED, 1)
    ]
