"""The departments that the source names."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Department

DEPARTMENTS = {
    "ZJB": ("总经办", "general_manager"), "XZ": ("行政办公室", "administration"),
    "KF": ("客服部", "customer_service"), "WY": ("物业服务中心", "property_service"),
    "SC": ("市场部", "marketing"), "SJ": ("设计部", "design"), "GC": ("工程部", "engineering"),
    "CW": ("财务部", "finance"), "RL": ("人力资源部", "human_resources"), "MG": ("门岗", "gate"),
}  # fmt: skip


def seed(session: Session) -> None:
    """Only in a house that has no department yet: what was renamed or closed stays so."""
    if session.execute(select(Department.id).limit(1)).first() is None:
        session.add_all(Department(code=code, name=name, kind=kind) for code, (name, kind) in DEPARTMENTS.items())
