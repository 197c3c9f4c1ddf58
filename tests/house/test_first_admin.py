"""The first account of an empty house."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.core import here
from app.core.answers import Faulty, Refusal
from app.extensions import db
from app.people.models import Staff
from app.release import release
from app.security.models import Account
from app.security.sign_in import person_named
from app.security.users import first_admin
from tests.databases import make_app


def test_the_first_admin_has_to_change_the_password(databases: Any, home: Path, backend: str) -> None:
    with make_app(databases.empty(backend), home).app_context():
        release()
        with pytest.raises(Faulty):
            first_admin(db.session, "Zhang Wei!", "张伟")
        assert len(first_admin(db.session, "zhang.wei", "张伟")) == 19
        person = person_named(db.session, "zhang.wei")
        assert person is not None
        assert person.roles == {"admin"}
        with here.as_house():
            assert db.session.execute(select(Account)).scalar_one().must_change_password
            assert db.session.execute(select(Staff.name)).scalar_one() == "张伟"
        with pytest.raises(Refusal):
            first_admin(db.session, "li.na", "李娜")
        db.session.remove()
        db.engine.dispose()
