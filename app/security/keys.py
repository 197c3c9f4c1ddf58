"""Keys for machines 密钥: another program acts in its owner's name, by the API, within what they may do themselves.

A key is told once and kept as a hash. Its owner is asked for anew with every request: roles that were taken away,
an account that was closed, a password that has to be changed hold for their keys at once.
"""

import ipaddress
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from app.core import engine, here, journal
from app.core.answers import Faulty, NotFound, TooMany
from app.core.constraints import MISSING
from app.core.declaration import all_registers
from app.core.here import Key, Person
from app.core.kinds import BadValue, Text
from app.core.rights import may
from app.core.values import read_date
from app.core.words import Say, say
from app.core.writing import write
from app.security import limits, sessions
from app.security.models import ApiKey
from app.security.roles import COMMON

PREFIX, SHOWN = "gj_", 10
LONGEST_DAYS, MOST, MOST_NETWORKS = 366, 20, 20
A_MINUTE = 600
ONLY_API = say("密钥只用于 API。", "A key opens the API only.")
ONLY_READS = say("这个密钥只能查看。", "This key only reads.")
#: by whom or what it was ended
BY_ITSELF = {"owner": say("本人停用", "ended by its owner"), "admin": say("管理员停用", "ended by an administrator"),
             "closed": say("账号已停用", "the account was closed"), "left": say("员工已离职", "they have left"),
             "password": say("密码被重置", "the password was reset")}  # fmt: skip


# --- each request -----------------------------------------------------------------------------


def is_one(token: str) -> bool:
    return token.startswith(PREFIX)


def person_of(session: Session, token: str, address: str) -> Person | None:
    """Its owner, held to what the key opens; None when it is unknown, over, ended, or used from elsewhere.
    Raises TooMany for who uses it too often, or tries too many."""
    if limits.too_many_from(session, _tries_of(address)):
        raise TooMany()
    key = session.execute(_living().where(ApiKey.token_hash == sessions.hashed(token))).scalar()
    if key is None or not is_within(address, key.networks):
        write(session, lambda: limits.failed(session, None, _tries_of(address)))
        engine.only_reading(session)
        return None
    user_id, known = key.user_id, _as_known(key)
    _count(session, known.id, address)
    person = sessions.person_with_id(session, user_id, address)
    return replace(person, key=known, by_token=True) if person else None


def _tries_of(address: str) -> str:
    """Counted apart from sign-ins: a machine with an old key locks nobody out."""
    return f"key:{address}"[:45]


def _count(session: Session, key_id: int, address: str) -> None:
    """Every use, in one statement: the limit holds over workers."""
    minute = int(here.now().timestamp()) // 60
    uses = case((ApiKey.minute == minute, ApiKey.uses + 1), else_=1)
    note = (
        update(ApiKey).where(ApiKey.id == key_id).values(
            uses=uses, minute=minute, used_at=here.now(), used_from=address[:45]
        ).returning(ApiKey.uses).execution_options(synchronize_session=False)
    )  # fmt: skip
    used = write(session, lambda: session.execute(note).scalar_one(), durable=False)
    engine.only_reading(session)
    if used > A_MINUTE:
        raise TooMany()


def owner_with_id(session: Session, user_id: int, key_id: int | None = None) -> Person | None:
    """Who a job belongs to; one that was asked for by a key goes on only as long as that lives."""
    person = sessions.person_with_id(session, user_id)
    if key_id is None or person is None:
        return person
    key = session.execute(_living().where(ApiKey.id == key_id, ApiKey.user_id == user_id)).scalar()
    return replace(person, key=_as_known(key)) if key else None


def _living() -> Any:
    return select(ApiKey).where(ApiKey.ended_at.is_(None), ApiKey.last_on >= here.today())


def _as_known(key: ApiKey) -> Key:
    return Key(key.id, key.name, key.only_reads, frozenset(key.tables) if key.tables else None, frozenset(COMMON))


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether the address lies in one of the networks; in none, where none is named, it does."""
    named = list(networks)
    if not named:
        return True
    try:
        at = ipaddress.ip_address(address)
    except ValueError:
        return False
    at = getattr(at, "ipv4_mapped", None) or at
    return any(at in ipaddress.ip_network(each) for each in named)


# --- made and ended ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """What a key is to be."""

    name: str
    last_on: date
    only_reads: bool
    tables: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


def of(session: Session, user_id: int | None = None, limit: int = 50) -> list[ApiKey]:
    """The keys of one person, or of all: those that live first."""
    query = select(ApiKey).order_by(ApiKey.ended_at.is_not(None), ApiKey.id.desc()).limit(limit)
    return list(session.execute(query.where(ApiKey.user_id == user_id) if user_id is not None else query).scalars())


def read(given: Mapping[str, Any], tables: Iterable[str]) -> Wanted:
    """Raises Faulty with every fault at its field."""
    faults: dict[str, Say | str] = {}
    name, last_on = "", here.today()
    try:
        name = Text(size=40).read(given.get("name")) or ""
    except BadValue as bad:
        faults["name"] = bad.sentence
    try:
        last_on = read_date(str(given.get("last_on") or "")) or last_on
    except BadValue as bad:
        faults["last_on"] = bad.sentence
    if not name and "name" not in faults:
        faults["name"] = MISSING
    if not given.get("last_on"):
        faults["last_on"] = MISSING
    elif "last_on" not in faults and not here.today() <= last_on <= here.today() + timedelta(days=LONGEST_DAYS):
        faults["last_on"] = say("从今天起最长 {n} 天。", "From today to {n} days ahead.", n=LONGEST_DAYS)
    networks = str(given.get("networks") or "").replace(",", " ").replace("，", " ").split()
    wrong = [each for each in networks if not _is_network(each)]
    if wrong or len(networks) > MOST_NETWORKS:
        faults["networks"] = say(
            "地址无法识别：{w}。", "No address or network: {w}.", w=" ".join(wrong)[:60] or len(networks)
        )
    chosen = tuple(sorted({each for each in tables if each in readable()}))
    if faults:
        raise Faulty(faults)
    return Wanted(name, last_on, bool(given.get("only_reads")), chosen, tuple(networks))


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def readable() -> dict[str, Say]:
    """The registers that a key of the acting person can open."""
    return {table: each.title() for table, each in all_registers().items() if may(here.me(), "read", table)}


def make(session: Session, wanted: Wanted) -> str:
    """The token, which is kept nowhere. Raises Faulty for a name that another living key of theirs has."""
    token, user_id = PREFIX + secrets.token_urlsafe(32), here.me().user_id or 0

    def work() -> None:
        living = {key.name for key in session.execute(_living().where(ApiKey.user_id == user_id)).scalars()}
        if wanted.name in living:
            raise Faulty({"name": say("您已有同名的密钥。", "You have a key of this name.")})
        if len(living) >= MOST:
            raise Faulty({"": say("最多 {n} 个密钥，请先停用不用的。", "{n} keys at most: end one first.", n=MOST)})
        session.add(ApiKey(
            user_id=user_id, name=wanted.name, token_hash=sessions.hashed(token), begins=token[:SHOWN],
            only_reads=wanted.only_reads, tables=list(wanted.tables), networks=list(wanted.networks), last_on=wanted.last_on,
        ))  # fmt: skip
        journal.add(
            session, "make_key", table="user", row_id=user_id, label=here.me().username, key=wanted.name,
            only_reads=wanted.only_reads, registers=list(wanted.tables), networks=list(wanted.networks),
            last_on=wanted.last_on.isoformat(),
        )  # fmt: skip

    write(session, work)
    return token


def end(session: Session, key_id: int, by: str, user_id: int | None = None) -> None:
    """From the next request on. `user_id`: whose it has to be. Raises NotFound."""

    def work() -> None:
        key = session.get(ApiKey, key_id, with_for_update=True)
        if key is None or (user_id is not None and key.user_id != user_id):
            raise NotFound()
        if key.ended_at is None:
            key.ended_at, key.ended_by = here.now(), by
            journal.add(session, "end_key", table="user", row_id=key.user_id, label=key.name, key=key.name)

    write(session, work)


def end_all(session: Session, user_id: int, why: str) -> None:
    """With the account. The caller commits."""
    over = update(ApiKey).where(ApiKey.user_id == user_id, ApiKey.ended_at.is_(None))
    session.execute(over.values(ended_at=here.now(), ended_by=why))


def state_of(key: ApiKey) -> Say:
    """In words."""
    if key.ended_at is not None:
        return BY_ITSELF.get(key.ended_by, say("已停用", "ended"))
    return say("已到期", "over") if key.last_on < here.today() else say("可用", "in use")
