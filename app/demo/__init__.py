"""The demo company: one estate, its people, and cases and leads in every state.

Loaded only into an empty database. Everything is entered and done through the same registers
and verbs as by clerks, so what the demo shows is what the rules allow. The same each time,
but for dates, which lie near today.
"""

import os
import secrets
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here
from app.core.answers import Refusal
from app.core.words import say
from app.demo.cases import load_applications
from app.demo.company import load_company
from app.demo.desk import Desk
from app.demo.homes import load_homes, place_homes
from app.demo.sales import load_leads
from app.people.models import Staff


def load(session: Session, *, if_empty: bool = False) -> dict[str, Any]:
    """Fill an empty database; answers the accounts and their password."""
    with here.as_house():
        taken = session.execute(select(Staff.id).limit(1)).first() is not None
    if taken:
        if if_empty:
            return {
                "loaded": False,
                "message": str(say("已有数据，未载入演示公司。", "There is data: no demo loaded.")),
            }
        raise Refusal(
            say("数据库里已有数据，演示公司只载入空库。", "The demo company goes into an empty database only.")
        )
    password = os.environ.get("GUANJIA_DEMO_PASSWORD") or _generated()
    with here.as_house():
        accounts = load_company(session, password)
    desk = Desk(session)
    load_homes(desk)
    place_homes(desk)
    load_applications(desk)
    load_leads(desk)
    return {"loaded": True, "password": password, "accounts": accounts, "message": _told(accounts, password)}


def _generated() -> str:
    return "-".join(secrets.token_hex(3) for _ in range(3))


def _told(accounts: list[str], password: str) -> str:
    names = " ".join(accounts)
    return str(
        say(
            "演示公司已载入。\n账号：{names}\n密码：{password}",
            "The demo company is loaded.\nAccounts: {names}\nPassword: {password}",
            names=names, password=password,
        )
    )  # fmt: skip
