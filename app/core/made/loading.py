"""What is in force: definitions become models, declarations, verbs and queues, in every worker."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import declaration, editions, menu, queues, record, rights, verbs
from app.core.added import loading as added
from app.core.added.kinds import AddedChoice, words_of
from app.core.gate import everything, mine
from app.core.granted import Granted
from app.core.made.definitions import MadeRecord, MadeRegister
from app.core.made.typed import waits_for
from app.core.made.verbs import declare
from app.core.record import Field, Record, table_named
from app.core.register import Register
from app.core.words import Words, say

EDITION = "registers"
#: name -> its class: a class over the table is made once and kept, what it says may change
_models: dict[str, type[MadeRecord]] = {}
_in_force: set[str] = set()


def load(session: Session) -> None:
    """All definitions anew; a name that the code has taken for a table of its own is the code's."""
    query = select(MadeRegister).where(MadeRegister.archived.is_(False)).order_by(MadeRegister.id)
    put_in_force(session.execute(query.execution_options(populate_existing=True)).scalars())
    added.load(session)


def put_in_force(definitions: Iterable[MadeRegister]) -> None:
    found = [each for each in definitions if is_free(each.name)]
    for name in _in_force - {each.name for each in found}:
        _forget(name)
    states = {each.name: words_of(each.name, each.states) for each in found}
    record.add_fields(EDITION, {name: {"state": _state_field(words)} for name, words in states.items()})
    queues.made([queue for each in found for queue in _queues(each)])
    for each in found:
        _declare(each, states[each.name])
    menu.made([(each.heading or menu.DAILY.zh, declaration.register_of(each.name)) for each in found])
    rights.renew()


def is_free(name: str) -> bool:
    """Whether no table of the code has this name."""
    model = table_named(name)
    return model is None or issubclass(model, MadeRecord)


def is_made(name: str) -> bool:
    return name in _in_force


def _forget(name: str) -> None:
    _models[name].__in_force__ = False
    declaration.forget(name)
    verbs.forget(name)
    record.renamed()
    _in_force.discard(name)


def _declare(each: MadeRegister, states: type[Words]) -> None:
    model = model_of(each)
    members: dict[str, Any] = {
        "__doc__": f"{each.zh} {each.en}", "model": model, "label": say(each.zh, each.en), "icon": each.icon,
        "form_layout": each.form_layout,
        "rights": {role: _granted(given) for role, given in each.rights.items()},
        "editable_in": each.states[0]["value"] if each.verbs else "",
    }  # fmt: skip
    type(f"{model.__name__}Register", (MadePages,), members)
    declare(each, states)
    _in_force.add(each.name)


class MadePages(Register):
    """The pages of a register without code; served under its name by routes.py."""

    @classmethod
    def listed(cls) -> list[str]:
        own = [spot.name for spot in cls.fields().values() if spot.added and spot.listed]
        return ["number", "state", *own, "created_by"]

    @classmethod
    def shown(cls) -> list[str]:
        own = [spot.name for spot in cls.fields().values() if spot.added]
        return ["number", "state", *own, "created_by", "created_at", "updated_at"]

    @classmethod
    def filtered(cls) -> list[str]:
        return [*cls.listed(), "created_at"]


def model_of(each: MadeRegister) -> type[MadeRecord]:
    model = _models.get(each.name)
    if model is None:
        members = {"__doc__": each.zh, "__mapper_args__": {"polymorphic_identity": each.name}}
        model = type("".join(part.title() for part in each.name.split("_")), (MadeRecord,), members)
        model.__tablename__ = each.name
        _models[each.name] = model
    model.__zh__, model.__en__, model.__series__ = each.zh, each.en, each.series
    model.__first__, model.__in_force__, model.__definition__ = each.states[0]["value"], True, each.id
    record.renamed()
    return model


def _granted(given: dict[str, Any]) -> Granted:
    return Granted(given["verbs"], mine("created_by_id") if given["own"] else everything)


def _state_field(words: type[Words]) -> Field:
    return Field("state", "state", AddedChoice(words=words), say("状态", "State"), required=False, by_system=True)


def _queues(each: MadeRegister) -> list[queues.Queue]:
    states = [state["value"] for state in each.states if not state.get("gone")]
    verbs_by_name = {verb["name"]: verb for verb in each.verbs}
    found = [(queue, waits_for(verbs_by_name[queue["verb"]], states)) for queue in each.queues]
    return [
        queues.Queue(each.name, say(queue["zh"], queue["en"]), queue["verb"], tuple(filters.items()))
        for queue, filters in found
        if filters
    ]


def all_made() -> list[type[Record]]:
    return [_models[name] for name in sorted(_in_force)]


editions.loader(EDITION, load)
