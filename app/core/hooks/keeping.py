"""Declaring, changing, stopping a webhook; which of them are in force, in every worker."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import editions, here, journal
from app.core.answers import NotFound
from app.core.declaration import register_of
from app.core.defined import Definitions, Faults, put_texts
from app.core.hooks import addresses
from app.core.hooks.table import Webhook, WebhookDelivery
from app.core.verbs import verbs_of
from app.core.words import Say, say
from app.core.writing import write

EDITION = "webhooks"
#: changes that another register's verb brings, or the house itself
OTHER = "*"
SHORTEST_SECRET = 16
GENERAL = {
    "add": say("登记", "Entered"), "edit": say("修改", "Edited"), "delete": say("删除", "Deleted"), "import": say("导入", "Imported"),
}  # fmt: skip
OTHERS = say("其他登记簿的办理带来的变化", "Changed by another register's verb")

_HOOKS: Definitions[Webhook] = Definitions(
    Webhook, EDITION, "name address table_name verbs archived", lambda found: f"{found.name} {found.table_name}"
)


class InForce(NamedTuple):
    """A webhook as it is asked at every commit."""

    id: int
    verbs: frozenset[str]


_in_force: dict[str, list[InForce]] = {}


def load(session: Session) -> None:
    _in_force.clear()
    for each in session.execute(select(Webhook).where(Webhook.archived.is_(False))).scalars():
        _in_force.setdefault(each.table_name, []).append(InForce(each.id, frozenset(each.verbs)))


def in_force(table: str) -> Sequence[InForce]:
    return _in_force.get(table, ())


def choices_of(table: str) -> dict[str, Say]:
    """What may be told of a register: name -> what it is called."""
    return {**GENERAL, **{name: verb.label for name, verb in verbs_of(table).items()}, OTHER: OTHERS}


def create(session: Session, given: Mapping[str, Any]) -> Webhook:
    """Raises Faulty, with every fault at its place; NotFound for no register."""
    found = Webhook(by_id=here.me().staff_id, table_name=str(given.get("table") or ""))
    if register_of(found.table_name) is None:
        raise NotFound()
    return _HOOKS.create(session, found, lambda: _put(found, given))


def change(session: Session, hook_id: int, given: Mapping[str, Any]) -> Webhook:
    """Everything but the register. Raises NotFound, Faulty."""

    def put(found: Webhook) -> Faults:
        faults = _put(found, given)
        if given.get("secret") and not faults:
            journal.add(session, "secret", table="webhook", row_id=found.id, label=found.name)
        return faults

    return _HOOKS.change(session, hook_id, put)


def stop(session: Session, hook_id: int, *, back: bool = False) -> Webhook:
    """Nothing more is told, what waits stays waiting; or on again."""
    return _HOOKS.archive(session, hook_id, back=back)


def send_again(session: Session, hook_id: int, delivery_id: int) -> None:
    """Once more from the start, under the same key. Raises NotFound."""

    def work() -> None:
        found = session.get(WebhookDelivery, delivery_id, with_for_update=True)
        if found is None or found.webhook_id != hook_id:
            raise NotFound()
        found.again()
        journal.add(session, "send_again", table="webhook", row_id=hook_id, label=found.key)

    write(session, work)


def _put(found: Webhook, given: Mapping[str, Any]) -> Faults:
    faults = put_texts(found, given, {"name": 60, "address": 400})
    if "address" not in faults and isinstance(wrong := addresses.read(found.address), Say):
        faults["address"] = wrong
    found.verbs = [name for name in choices_of(found.table_name) if name in (given.get("verbs") or [])]
    if not found.verbs:
        faults["verbs"] = say("请至少选一项。", "Choose one, at least.")
    secret = str(given.get("secret") or "").strip()
    if (secret or not found.secret) and not (SHORTEST_SECRET <= len(secret) <= 200 and secret.isascii()):
        faults["secret"] = say(
            "密钥为 {n} 至 200 个英文字符。", "The secret has {n} to 200 plain signs.", n=SHORTEST_SECRET
        )
    elif secret:
        found.secret = secret
    return faults


editions.loader(EDITION, load)
