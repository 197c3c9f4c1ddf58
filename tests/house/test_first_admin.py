"""The first account of an empty house."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.core import beginning, here
from app.core.answers import Faulty, Refusal
from app.extensions import db
from app.owners.models import Estate
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
        with here.acting_as(person):  # home tells what to do first, and what of it is done
            assert [done for _, done in beginning.steps(db.session)] == [False] * 4
            with here.as_house():
                db.session.add(Estate(code="JX", name="锦绣花园"))
                db.session.flush()
            assert [done for _, done in beginning.steps(db.session)] == [False, False, True, False]
        with here.acting_as(replace(person, roles=frozenset({"human_resources"}))):
            assert not beginning.steps(db.session)  # they may enter the staff, and no account
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()
