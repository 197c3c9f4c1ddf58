"""The main job, end to end, through the API: an application to its permit, a lead to its designer."""

from datetime import timedelta
from typing import Any

import pytest

from app.core import here


@pytest.fixture
def unit(session: Any) -> int:
    from app.demo.desk import Desk

    return Desk(session).ids("unit", state="handed_over")[0]


def test_a_clerk_enters_an_application(api: Any, unit: int) -> None:
    clerk = api("renovation_clerk")
    today = here.today()
    answer = clerk.post(
        "renovation_application/", unit=unit, applicant_kind="owner", applicant_name="王思远",
        applicant_phone="13800138000", applicant_id_number="11010519491231002X", work_mode="self_managed",
        starts_on=str(today), ends_on=str(today + timedelta(days=60)), scope=[1, 2],
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    row = answer.json["result"]
    assert row["state"] == "draft"
    assert row["number"].startswith("ZX-")
    assert row["applicant_id_number"] != "11010519491231002X"
    done = clerk.post(f"renovation_application/{answer.json['id']}/submit")
    assert done.json["state"] == "submitted"
    refused = clerk.get(f"renovation_application/{answer.json['id']}/issue_permit")
    assert refused.json["blockers"][0]["rule"] == "wrong_state"
