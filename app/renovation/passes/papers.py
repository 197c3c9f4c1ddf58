"""The printed pass: original and duplicate side by side, with photo and code."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from app.contractors.models import Contractor, Worker
from app.core import files
from app.core.documents import qr_svg, render
from app.core.words import speaking
from app.owners.models import Unit
from app.renovation.passes.models import Pass
from app.renovation.permits.models import Permit

TEMPLATE = Path(__file__).with_name("pass.typ")
#: as wide as it is printed, at 300 dots an inch
PHOTO_SIZE = (260, 340)


def passes_paper(session: Session, passes: Sequence[Pass], host: str) -> bytes:
    """The PDF, one row a pass; `host` (with scheme, ending in "/") is what the codes lead to."""
    with speaking("zh"):
        return render(TEMPLATE, {"passes": [_data(session, row, host) for row in passes]})


def _data(session: Session, row: Pass, host: str) -> dict[str, Any]:
    worker, permit = session.get_one(Worker, row.worker_id), session.get_one(Permit, row.permit_id)
    unit = session.get_one(Unit, row.unit_id)
    contractor = session.get(Contractor, worker.contractor_id) if worker.contractor_id else None
    return {
        "number": row.number, "name": row.worker_name, "estate": unit.estate.name, "unit": unit.full_name,
        "contractor": contractor.name if contractor else "（自行装修）", "permit": permit.number,
        "from": str(row.valid_from), "until": str(row.valid_until), "photo": _photo(session, worker.photo_id),
        "qr": qr_svg(f"{host}check/pass/{row.check_token}"),
    }  # fmt: skip


def _photo(session: Session, file_id: int | None) -> list[int]:
    """The bytes of a small JPEG; [] without one."""
    data = files.picture_of(session, file_id)
    if data is None:
        return []
    picture = Image.open(io.BytesIO(data))
    picture.thumbnail(PHOTO_SIZE)
    small = io.BytesIO()
    picture.save(small, "JPEG", quality=85)
    return list(small.getvalue())
