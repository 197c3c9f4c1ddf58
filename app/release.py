"""What a release does, once, under a lock: migrations, roles, policy and catalogues.

A worker that starts writes nothing; whoever upgrades runs `flask --app run release` first.
Running it again changes nothing.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from flask import current_app
from flask_appbuilder.security.sqla.models import Role as RoleRow
from flask_migrate import upgrade
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core import here, policy, search, word_indexes
from app.core.added import indexes
from app.core.policy import Policy
from app.extensions import db
from app.security.roles import Role
from app.seeds import SEEDS

ALWAYS = date(2000, 1, 1)
_LOCK = 7_202_611


def release() -> None:
    """Bring the database of the current app up to this version of the house."""
    with one_at_a_time(), here.as_house():
        upgrade()
        sync_roles(db.session)
        sync_policies(db.session)
        for seeds in SEEDS:
            seeds.seed(db.session)
        search.sync(db.session)
        db.session.commit()
        word_indexes.bring_up(db.session)
        indexes.bring_up(db.session)
        db.session.remove()


def reindex() -> dict[str, int]:
    """The search index made anew: table -> rows in it."""
    with one_at_a_time(), here.as_house():
        rows = search.reindex(db.session)
        db.session.commit()
    return rows


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two releases at once wait for each other, on one machine or on several."""
    home = current_app.config["GUANJIA_HOME"]
    home.mkdir(parents=True, exist_ok=True)
    with (home / "release.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if db.engine.dialect.name != "postgresql":
            yield
            return
        with db.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
                connection.commit()


def sync_roles(session: Session) -> None:
    """FAB's role rows are names only: what a role may is code (security/roles.py)."""
    known = set(session.execute(select(RoleRow.name)).scalars())
    session.add_all(RoleRow(name=str(role)) for role in Role if str(role) not in known)


def sync_policies(session: Session) -> None:
    """Each declared figure stands in the register from the beginning of time, to be followed
    by the admin's dated rows."""
    known = set(session.execute(select(Policy.name).where(Policy.estate_id.is_(None))).scalars())
    session.add_all(
        Policy(name=each.name, valid_from=ALWAYS, value=each.default, note=f"{each.clause} {each.label}"[:200])
        for each in policy.declared().values()
        if each.name not in known
    )
