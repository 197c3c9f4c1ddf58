"""The printed permit, filled from its rows."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.contractors.models import Contractor
from app.core.documents import qr_svg, render
from app.core.here import in_house_time
from app.core.values import written_day
from app.core.words import speaking
from app.fees.models import Receipt
from app.owners.models import Unit
from app.people.models import Staff
from app.renovation.applications.models import RenovationApplication
from app.renovation.applications.rules import WorkMode
from app.renovation.permits.models import Permit
from app.renovation.permits.rules import PermitState

TEMPLATE = Path(__file__).with_name("permit.typ")
NOTES = (
    "只可在许可的房屋、期限和装修内容之内施工；变更内容或延期须先申报。",
    "不得拆改承重结构、占用公共部位、擅自改动燃气和公共管线。",
    "施工人员凭出入证进出，遵守施工时间，保持公共区域整洁。",
    "装修垃圾袋装，按指定时间和地点清运。",
    "动火、用电须遵守安全规定，现场配备灭火器。",
    "完工后由装修人申请验收，凭本证和收据结算押金。",
)


def permit_paper(session: Session, permit: Permit, host: str) -> bytes:
    """The PDF; `host` (with scheme, ending in "/") is what the QR code leads to."""
    with speaking("zh"):
        return render(TEMPLATE, _data(session, permit, host))


def _data(session: Session, permit: Permit, host: str) -> dict[str, Any]:
    case = permit.application
    unit = session.get_one(Unit, permit.unit_id)
    receipt = session.get(Receipt, permit.receipt_id) if permit.receipt_id else None
    return {
        "number": permit.number,
        "estate": unit.estate.name,
        "unit": unit.full_name,
        "applicant": case.applicant_name,
        "work_mode": str(WorkMode(case.work_mode).label),
        "contractor": _contractor(session, case),
        "site_manager": case.site_manager_name or case.applicant_name,
        "receipt": receipt.number if receipt else "",
        "valid": f"{written_day(permit.valid_from)} 至 {written_day(permit.valid_until)}",
        "scope": [item.label for item in case.scope],
        "notes": list(NOTES),
        "issued_by": session.get_one(Staff, permit.issued_by_id).name,
        "issued_on": written_day(in_house_time(permit.issued_at).date()),
        "state": str(PermitState(permit.state).label),
        "qr": qr_svg(f"{host}check/permit/{permit.check_token}"),
    }


def _contractor(session: Session, case: RenovationApplication) -> str:
    return session.get_one(Contractor, case.contractor_id).name if case.contractor_id else "（自行装修）"
