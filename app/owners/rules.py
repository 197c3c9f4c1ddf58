"""Words of the estate, and how a unit is called."""

from app.core.words import Words


class UnitState(Words):
    UNSOLD = "unsold", "未售"
    SOLD = "sold", "已售"
    HANDED_OVER = "handed_over", "已交房"
    OCCUPIED = "occupied", "已入住"
    LET = "let", "已出租"


class OwnerKind(Words):
    PERSON = "person", "个人"
    COMPANY = "company", "公司"


class IdKind(Words):
    IDENTITY_CARD = "identity_card", "身份证"
    PASSPORT = "passport", "护照"
    CREDIT_CODE = "credit_code", "统一社会信用代码", "Unified social credit code"


class ResidentRelation(Words):
    OWNER = "owner", "业主"
    FAMILY = "family", "家庭成员"
    TENANT = "tenant", "租户"
    EMPLOYEE = "employee", "员工"
    OTHER = "other", "其他"


def full_name_of(estate: str, building: str, room: str) -> str:
    """`锦绣花园 3栋1201`."""
    tower = building if building.endswith(("栋", "幢", "座", "号楼")) else f"{building}栋"
    return f"{estate} {tower}{room}"
