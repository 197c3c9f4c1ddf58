"""The one way in which a verb is done: behind the button, the bulk bar, the API, the command line.

Right, then the row in the person's scope and locked, then its version, its parameters, its
state and every rule; then the move, the change, the journal: one transaction, all or nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.core import gate, here, jobs, journal, mattering, once, undoing
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import Blocker, NotAllowed
from app.core.constraints import MISSING
from app.core.jobs.worker import hasten
from app.core.kinds import BadValue, Relation
from app.core.record import Record, table_named
from app.core.rights import may
from app.core.verbs import Act, Ask, Verb
from app.core.words import Say, say
from app.core.writing import write

#: seconds that people wait for an answer without wondering
PATIENCE = 2.0
NOBODY_AT_THE_DESK = say("您的账号没有对应的员工，不能办理业务。", "Your account belongs to no member of staff.")


@dataclass
class Outcome:
    """What a verb led to: the record to be shown, as the API tells it."""

    table: str
    id: int
    number: str | None
    state: str | None
    version: int = 0
    also: dict[str, Any] = field(default_factory=dict)

    @property
    def goes_on(self) -> bool:
        """As a job that is not over yet."""
        return self.also.get("job", {}).get("state") in ("waiting", "running")

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "table": self.table, "number": self.number,
            "state": self.state, "version": self.version, **self.also,
        }  # fmt: skip


def run(
    session: Session,
    verb: Verb,
    ids: Sequence[int],
    given: Mapping[str, Any],
    *,
    version: int | None = None,
    token: str | None = None,
    from_json: bool = False,
    also: Callable[[], None] | None = None,
    undoes: str = "",
    patience: float = PATIENCE,
) -> Outcome:
    """Do the verb on the row (or, for a verb on many, on the rows). `also` is done in the same
    transaction when the verb went: a line on a receipt, the progress of a job. `undoes`: the act upon the row that
    is taken back by it. `patience`: seconds that the
    caller waits for what goes on as a job.

    Raises Forbidden, NotFound, Conflict, Faulty, NotAllowed or Busy; then nothing changed,
    and a refusal by the rules is in the journal.
    """
    person = here.me()
    if not may(person, verb.name, verb.table):
        _keep_refusal(session, verb, ids, "forbidden")
        raise Forbidden()
    if person.staff_id is None:
        raise Forbidden(NOBODY_AT_THE_DESK)
    key = once.key_of(f"{verb.table}.{verb.name}", token)
    try:
        outcome = write(session, lambda: _carry_out(session, verb, ids, given, version, key, from_json, also, undoes))
        return _gone_on(session, outcome, patience) if "job" in outcome.also else outcome
    except NotAllowed as refused:
        _keep_refusal(session, verb, ids, "refused", refused.blockers)
        raise


def _gone_on(session: Session, outcome: Outcome, patience: float) -> Outcome:
    """What goes on as a job, done here while the caller waits; how far it is then, and the row as it is."""
    job = hasten(session, outcome.also["job"]["id"], patience)
    outcome.also["job"] = {"id": job.id, "state": job.state, "done": job.done, "total": job.total, "note": job.note,
                           "link": f"/jobs/{job.id}"}  # fmt: skip
    model = table_named(outcome.table)
    with here.in_whole_sight():
        row: Any = session.get(model, outcome.id, populate_existing=True) if model is not None else None
    if row is not None:
        outcome.version, outcome.state = row.version, _brief(row)["state"]
    return outcome


def _carry_out(
    session: Session, verb: Verb, ids: Sequence[int], given: Mapping[str, Any],
    version: int | None, key: str | None, from_json: bool, also: Callable[[], None] | None = None, undoes: str = "",
) -> Outcome:  # fmt: skip
    if key and (earlier := once.answer_of(session, key)):
        return Outcome(**earlier)
    kept = once.begin(session, key) if key else None
    back = undoing.stood(session, verb.table, {ids[0]: undoes}) if undoes else {}
    act = Act(session, here.me(), back=back)
    row = _rows(session, verb, ids, lock=True)
    if version is not None and isinstance(row, Record) and row.version != version:
        raise Conflict(yours=version, theirs=row.version)
    params = read_params(session, verb, given, from_json=from_json)
    with here.in_whole_sight():
        verb.lock(row, act, **params)
        blockers = ask_all(verb, row, act, params)
    if blockers:
        raise NotAllowed(blockers)
    outcome = _move(verb, row, act, params)
    if kept:
        kept.answer = vars(outcome)
    if also is not None:
        also()
    return outcome


def within(session: Session, verb: Verb, row_id: int, given: Mapping[str, Any], undoes: str = "") -> None:
    """The verb on one row within a transaction that has begun, and that its caller takes back: for a rehearsal.
    Refused as `run` is, and nothing is told of it."""
    _carry_out(session, verb, [row_id], given, None, None, False, undoes=undoes)


def _move(verb: Verb, row: Any, act: Act, params: dict[str, Any]) -> Outcome:
    subject = row if isinstance(row, Record) else None
    journal.describe(act.db, verb.name, subject, **({"given": noted(verb, params)} if params else {}))
    with here.in_whole_sight():
        state = verb.next_state(row, act, **params)
    with here.in_whole_sight():
        made = verb.do(row, act, **params)
        if state is not None and subject is not None:
            subject.state = state
        if subject is not None:
            subject.updated_at = act.at
        act.db.flush()
        if subject is not None and act.back:
            undoing.make_sure(subject, act)
    if made is not None and subject is None:
        journal.describe(act.db, verb.name, made)
    outcome = _outcome(verb, subject, made)
    if act.job is not None:
        outcome.also["job"] = {"id": act.job.id}
    return outcome


def _outcome(verb: Verb, subject: Record | None, made: Record | None) -> Outcome:
    """The row the verb was done on; a row that was made stands beside it, under its table's name."""
    shown = subject if subject is not None else made
    if shown is None:
        return Outcome(verb.table, 0, None, None, 0)
    also = {made.__tablename__: _brief(made)} if made is not None and made is not shown else {}
    return Outcome(shown.__tablename__, version=shown.version, also=also, **_brief(shown))


def _brief(row: Any) -> dict[str, Any]:
    state = getattr(row, "state", None)
    return {"id": row.id, "number": getattr(row, "number", None), "state": None if state is None else str(state)}


def _rows(session: Session, verb: Verb, ids: Sequence[int], *, lock: bool) -> Any:
    """The row of a verb, or the rows of a verb on many, as the person may reach them."""
    model = table_named(verb.table)
    assert model is not None
    found = gate.reachable(session, model, list(ids), lock=lock)
    if len(found) != len(set(ids)) or not found:
        raise NotFound()
    return found if verb.many else found[0]


def ask_all(verb: Verb, row: Any, act: Act, params: Mapping[str, Any]) -> list[Blocker]:
    """The state first, then every rule; each reason once."""
    blockers = list(verb.state_blockers(row)) if isinstance(row, Record) else []
    if verb.by_job:
        blockers += under_way(act, row)
    for each in verb.blockers(row, act, **params):
        if each not in blockers and not (each.rule == "wrong_state" and blockers):
            blockers.append(each)
    if act.back and not blockers:
        blockers += undoing.blockers(verb, row, act)
    return blockers


def under_way(act: Act, row: Any) -> list[Blocker]:
    """While a job is at the record."""
    job = jobs.at_work_on(act.db, row.__tablename__, row.id)
    if job is None:
        return []
    return [
        Blocker(
            "under_way", "",
            say("「{what}」正在进行（{n}/{m}）。", "“{what}” is under way ({n} of {m}).", what=Say(job.zh, job.en),
                n=f"{job.done:,}", m=f"{job.total:,}" if job.total else "?"),
            say("请等它结束，或由提交人在「我的任务」里取消。", "Wait for its end, or let whoever asked for it cancel it."),
        )
    ]  # fmt: skip


def would(
    session: Session, verb: Verb, ids: Sequence[int], given: Mapping[str, Any] | None = None, *, from_json: bool = False
) -> dict[str, Any]:
    """Would it go through, and if not, why: the state and every rule that can be asked
    with the parameters given so far. Changes nothing."""
    person = here.me()
    if not may(person, verb.name, verb.table):
        raise Forbidden()
    row = _rows(session, verb, ids, lock=False)
    act = Act(session, person)
    params: dict[str, Any] = dict.fromkeys(verb.asks)
    if given:
        params |= read_params(session, verb, given, partial=True, from_json=from_json)
    with here.in_whole_sight(), session.no_autoflush:
        blockers = ask_all(verb, row, act, params)
        choices, told = verb.choices(row, act), verb.told(row, act)
    choices |= {"told": [str(each) for each in told]} if told else {}
    return {"allowed": not blockers, "blockers": blockers, "choices": choices}


def why_not(verb: Verb, row: Any, act: Act, params: Mapping[str, Any] | None = None) -> list[Blocker]:
    """The reasons known before anything is asked for, or with `params` of what was, on a row that is already
    in reach."""
    with here.in_whole_sight(), act.db.no_autoflush:
        return ask_all(verb, row, act, params or dict.fromkeys(verb.asks))


# --- parameters ---------------------------------------------------------------------------


def read_params(
    session: Session, verb: Verb, given: Mapping[str, Any], *, partial: bool = False, from_json: bool = False
) -> dict[str, Any]:
    """Every parameter read by its kind; relations become rows within the person's scope."""
    unknown = set(given) - set(verb.asks) if from_json else set()
    faults: dict[str, Say | str] = {name: say("没有这个字段。", "There is no such field.") for name in unknown}
    params: dict[str, Any] = {}
    wanted = {name: mattering.only(each.when) for name, each in verb.asks.items() if each.when}
    gone = mattering.idle(wanted, given.get, verb.asks)
    for name, each in verb.asks.items():
        if name in gone:
            params[name] = [] if getattr(each.kind, "many", False) else None
            continue
        try:
            params[name] = _read_param(session, each, given.get(name), from_json)
        except BadValue as bad:
            faults[name] = bad.sentence
        else:
            if each.required and not partial and params[name] in (None, "", []):
                faults[name] = MISSING
    if faults:
        raise Faulty(faults)
    return params


def _read_param(session: Session, each: Ask, raw: Any, from_json: bool) -> Any:
    value = each.kind.read_json(raw) if from_json else each.kind.read(raw)
    if not isinstance(each.kind, Relation) or value in (None, []):
        return value
    return named_rows(session, each.kind, value)


def named_rows(session: Session, kind: Relation, value: Any) -> Any:
    """The row (or rows) that a person named by id: it has to be theirs to see."""
    model = table_named(kind.table)
    assert model is not None
    ids = value if kind.many else [value]
    found = gate.reachable(session, model, ids)
    if len(found) != len(set(ids)) or not all(_fits(row, kind) for row in found):
        raise BadValue(say("没有这一项可选。", "There is no such choice."))
    return found if kind.many else found[0]


def _fits(row: Any, kind: Relation) -> bool:
    return all(str(getattr(row, column)) == wanted for column, wanted in kind.only)


def noted(verb: Verb, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as the journal keeps them."""
    kept: dict[str, Any] = {}
    for name, value in params.items():
        kind = verb.asks[name].kind
        if isinstance(value, list):
            kept[name] = [each.id for each in value]
        elif isinstance(value, Record):
            kept[name] = value.id
        elif kind.personal:
            kept[name] = kind.mask(value)
        else:
            kept[name] = kind.to_json(value)
    return kept


def _keep_refusal(
    session: Session, verb: Verb, ids: Sequence[int], result: str, blockers: Sequence[Blocker] = ()
) -> None:
    def keep() -> None:
        rules = [each.rule for each in blockers]
        journal.add(session, verb.name, table=verb.table, row_id=ids[0] if ids else None, result=result, rules=rules)
        if blockers and not verb.many:
            row = _rows(session, verb, ids, lock=False)
            with here.in_whole_sight():
                verb.refused(row, Act(session, here.me()), blockers)

    write(session, keep)


__all__ = ["Outcome", "ask_all", "read_params", "run", "under_way", "within", "would"]
