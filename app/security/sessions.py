"""Signed-in browsers and API tokens: rows that can be ended, found by the hash of their token."""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import TextClause, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import editions, here, rights
from app.core.here import Person
from app.security.models import SignIn
from app.security.seeing_as import person_seen

LIFETIMES = {"page": timedelta(hours=12), "api": timedelta(minutes=15), "refresh": timedelta(hours=12)}
IDLE = timedelta(minutes=30)
#: how often "seen" is written: not with every request
SEEN_EVERY = timedelta(minutes=1)

#: one statement finds the session, its account, its member of staff and every role. A live
#: delegation (R-4.4.5) adds the deputy's role of a post that signs slips.
_WHO = """
SELECT s.id, s.seen_at, s.kind, s.seeing_as, s.in_place_of_id, u.id AS user_id, u.username, u.first_name, u.last_name,
       a.must_change_password, a.language, a.totp_secret IS NULL AS no_second_factor, st.id AS staff_id, st.name, st.left_on, st.department_id,
       d.kind AS department_kind,
       (SELECT {agg}(e.name || ':' || e.mark, ',') FROM edition e) AS editions,
       (SELECT {agg}(r.name, ',') FROM ab_user_role ur JOIN ab_role r ON r.id = ur.role_id
         WHERE ur.user_id = u.id) AS roles,
       (SELECT {agg}(r.name || '_deputy', ',') FROM delegation g
          JOIN staff f ON f.id = g.from_staff_id JOIN ab_user_role ur ON ur.user_id = f.user_id
          JOIN ab_role r ON r.id = ur.role_id
         WHERE g.to_staff_id = st.id AND NOT g.revoked AND g.starts_on <= :today AND g.ends_on >= :today
           AND r.name IN ('marketing_manager', 'store_manager')) AS deputies
  FROM ab_user u
  LEFT JOIN account a ON a.user_id = u.id
  LEFT JOIN staff st ON st.user_id = u.id
  LEFT JOIN department d ON d.id = st.department_id
  {join}
 WHERE u.active AND (st.left_on IS NULL OR st.left_on > :today) AND {where}
"""
_BY_TOKEN = (
    "JOIN sign_in s ON s.user_id = u.id",
    "s.token_hash = :token AND s.revoked_at IS NULL AND s.expires_at > :now AND s.seen_at > :idle",
)
_BY_STAFF = ("LEFT JOIN sign_in s ON s.id = -1", "st.id = :staff_id")
_BY_ID = (
    "LEFT JOIN sign_in s ON s.id = -1",
    "u.id = :user_id",
)
_BY_NAME = (
    "LEFT JOIN sign_in s ON s.id = -1",
    "lower(u.username) = lower(:username)",
)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: Session, user_id: int, kind: str, address: str, agent: str) -> str:
    """A new sign-in; answers its token, which is kept nowhere. The caller commits."""
    token, now = secrets.token_urlsafe(32), here.now()
    session.add(
        SignIn(
            token_hash=hashed(token), kind=kind, user_id=user_id, expires_at=now + LIFETIMES[kind],
            address=address[:45], agent=agent[:200],
        )
    )  # fmt: skip
    return token


def person_of(
    session: Session, token: str, kinds: tuple[str, ...], address: str = "", *, by_itself: bool = False
) -> Person | None:
    """Whose token it is; None when it is unknown, ended, expired or idle for too long.

    `by_itself`: the page asks, not the person. An open page does not keep its session alive.
    """
    row = _find(
        session,
        _BY_TOKEN,
        token=hashed(token),
        now=_stored(session, here.now()),
        idle=_stored(session, here.now() - IDLE),
    )
    if row is None or row.kind not in kinds:
        return None
    if not by_itself:
        _see(session, row)
    editions.heard(session, editions.read(row.editions))
    person = _person(row, address)
    return person_seen(session, person, row.seeing_as, row.in_place_of_id) if row.seeing_as else person


def person_named(session: Session, username: str) -> Person | None:
    """For the command line: an active account by its name."""
    row = _find(session, _BY_NAME, username=username)
    if row is None:
        return None
    editions.heard(session, editions.read(row.editions))
    return _person(row, "")


def person_of_staff(session: Session, staff_id: int) -> Person | None:
    """For a notice: a colleague with the roles of now; None without an open account."""
    row = _find(session, _BY_STAFF, staff_id=staff_id)
    return None if row is None else _person(row, "")


def person_with_id(session: Session, user_id: int, address: str = "") -> Person | None:
    """For a job or a key: its owner with the roles of now; None for an account that is closed."""
    row = _find(session, _BY_ID, user_id=user_id)
    if row is None:
        return None
    editions.heard(session, editions.read(row.editions))
    return _person(row, address)


def _find(session: Session, how: tuple[str, str], **given: Any) -> Any:
    agg = "string_agg" if session.get_bind().dialect.name == "postgresql" else "group_concat"
    today: Any = here.today() if agg == "string_agg" else here.today().isoformat()
    return session.connection().execute(_question(agg, how), {"today": today, **given}).first()


@cache
def _question(agg: str, how: tuple[str, str]) -> TextClause:
    """Kept: it is asked by every request."""
    return text(_WHO.format(agg=agg, join=how[0], where=how[1])).execution_options(prepared=True)


def _stored(session: Session, instant: datetime) -> Any:
    """An instant as this database compares it in plain SQL."""
    if session.get_bind().dialect.name == "postgresql":
        return instant
    return instant.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def _person(row: Any, address: str) -> Person:
    roles = frozenset(filter(None, f"{row.roles or ''},{row.deputies or ''}".split(",")))
    return Person(
        user_id=row.user_id, username=row.username,
        name=row.name or f"{row.last_name}{row.first_name}", staff_id=row.staff_id,
        department_id=row.department_id, department_kind=row.department_kind or "", roles=roles,
        language=row.language or "", address=address, sign_in_id=row.id,
        must_change_password=bool(row.must_change_password), by_token=row.kind == "api",
        needs_second_factor=bool(row.no_second_factor) and _second_factor_is_asked_of(roles),
    )  # fmt: skip


def _second_factor_is_asked_of(roles: frozenset[str]) -> bool:
    """Of whoever may reveal personal data or keeps the accounts, where the house asks for it."""
    if not current_app.config["GUANJIA_REQUIRE_TOTP"]:
        return False
    return "admin" in roles or any(rights.has("reveal", role) for role in roles)


def _see(session: Session, row: Any) -> None:
    """Note that the session is in use; not every time, and never at the price of the request."""
    seen = row.seen_at if isinstance(row.seen_at, datetime) else datetime.fromisoformat(row.seen_at)
    seen = seen if seen.tzinfo else seen.replace(tzinfo=here.now().tzinfo)
    if here.now() - seen < SEEN_EVERY:
        return
    try:
        session.rollback()
        session.execute(update(SignIn).where(SignIn.id == row.id).values(seen_at=here.now()))
        session.commit()
    except DBAPIError:
        session.rollback()


def revoke(
    session: Session, *, reason: str, user_id: int | None = None, sign_in_id: int | None = None, keep: int | None = None
) -> None:
    """End one sign-in, or all of a user's but `keep`. The caller commits."""
    query = update(SignIn).where(SignIn.revoked_at.is_(None))
    query = query.where(SignIn.user_id == user_id) if user_id is not None else query
    query = query.where(SignIn.id == sign_in_id) if sign_in_id is not None else query
    query = query.where(SignIn.id != keep) if keep is not None else query
    if user_id is None and sign_in_id is None:
        raise ValueError("whose?")
    session.execute(query.values(revoked_at=here.now(), revoke_reason=reason))
