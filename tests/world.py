"""The small known world of the tests: the demo's people, one building, no cases yet.

User names are role names (`cashier`, `cashier2`, …); everybody's password is the same.
"""

import os

from sqlalchemy.orm import Session

from app.core import here
from app.demo import load
from app.demo.company import load_company
from app.demo.desk import Desk
from app.demo.homes import load_homes
from tests.conftest import PASSWORD


def fill(session: Session) -> None:
    """Once, into the database that every test gets a copy of."""
    with here.as_house():
        load_company(session, PASSWORD)
    load_homes(Desk(session))


def designer(session: Session, username: str) -> int:
    """The staff id of a user name."""
    return Desk(session).staff_id(username)


def demo(session: Session) -> None:
    """The whole demo company, everybody with the tests' password."""
    kept = os.environ.get("GUANJIA_DEMO_PASSWORD")
    os.environ["GUANJIA_DEMO_PASSWORD"] = PASSWORD
    try:
        with here.as_house():
            load(session)
    finally:
        os.environ.pop("GUANJIA_DEMO_PASSWORD")
        if kept is not None:
            os.environ["GUANJIA_DEMO_PASSWORD"] = kept
