"""Why a person can or can't do this, in words: the account, the right, the row, the columns, the rules.

Asked by whoever keeps the accounts. Nothing is done and nothing is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from app.core import gate, here, rights, saving
from app.core.blockers import Blocker
from app.core.declaration import register_of
from app.core.here import Person
from app.core.record import Record, table_named
from app.core.rights import MASKED, OWN, READ
from app.core.runner import NOBODY_AT_THE_DESK, why_not
from app.core.verbs import Act, verb_named
from app.core.words import Say, joined, say
from app.security import in_force, matrix
from app.security.changing import word_of
from app.security.in_force import GIVEN, TAKEN
from app.security.roles import DEPUTIES, Role


@dataclass(frozen=True)
class Step:
    """One question on the way, answered yes or no."""

    passed: bool
    sentence: Say
    further: list[Say] = field(default_factory=list)
    blockers: Sequence[Blocker] = ()


def explain(session: Session, person: Person, table: str, verb: str, row: Record | None) -> list[Step]:
    """The steps in the order in which the house asks; the first no decides."""
    steps = [_right(person, verb, table)]
    if not steps[0].passed:
        return steps
    steps.append(_rows(person, table))
    if row is None:
        return steps + _columns(person, table, None)
    steps.append(_in_reach(session, person, row))
    if not steps[-1].passed:
        return steps
    return steps + _columns(person, table, row) + _rules(session, person, verb, row)


def found_row(session: Session, table: str, asked: str) -> Record | None:
    """The record of this number, label or id, as far as who asks may reach it."""
    model = table_named(table)
    if model is None or not asked:
        return None
    columns: list[Any] = [getattr(model, name) for name in {"number", model.__label__} if name in model.__table__.c]
    for column in [*columns, cast(model.id, String)]:
        row: Record | None = session.execute(select(model).where(cast(column, String) == asked).limit(1)).scalar()
        if row is not None:
            return row
    return None


def role_word(role: str) -> Say:
    if role in DEPUTIES:
        return say("{r}的受托人", "deputy of {r}", r=Role(role.removesuffix("_deputy")).label)
    return Role(role).label if role in set(Role) else Say(role, role)


def _right(person: Person, verb: str, table: str) -> Step:
    word, standing = word_of(table, verb), rights.standing()
    granting = [role for role in sorted(person.roles) if verb in standing.roles.get(role, {}).get(table, ())]
    if granting:
        told = [_source(role, table, verb) for role in granting]
        return Step(True, say("有“{v}”的权限。", "They have the right to “{v}”.", v=word), told)
    others = [role for role in Role if verb in standing.roles.get(role, {}).get(table, ())]
    further = [say("{r}的这项权限已被管理员取消。", "It was taken from {r} by an administrator.", r=role_word(role))
               for role in sorted(person.roles) if _changed(role, table, verb) == TAKEN]  # fmt: skip
    further.append(
        say("有此权限的岗位：{r}。", "Roles that have it: {r}.", r=joined(role.label for role in others))
        if others else say("没有任何岗位有此权限。", "No role has it.")
    )  # fmt: skip
    own = joined(role_word(role) for role in sorted(person.roles))
    return Step(
        False, say("没有“{v}”的权限，其岗位是：{r}。", "No right to “{v}”; their roles: {r}.", v=word, r=own), further
    )


def _changed(role: str, table: str, verb: str) -> str:
    change = in_force.changes().get((role, table, verb))
    return change.how if change else ""


def _source(role: str, table: str, verb: str) -> Say:
    if _changed(role, table, verb) == GIVEN:
        return say("来自岗位“{r}”，由管理员增加。", "From the role {r}, given by an administrator.", r=role_word(role))
    return say("来自岗位“{r}”。", "From the role {r}.", r=role_word(role))


def _rows(person: Person, table: str) -> Step:
    model, scopes = table_named(table), gate.scopes_of(table, person.roles)
    told = [
        say("{r}：{w}", "{r}: {w}", r=role_word(role), w=gate.in_words(scope, model)) for role, scope in scopes.items()
    ]
    if told:
        return Step(True, say("看得到的行：", "Rows within reach:"), told)
    return Step(
        False, say("其岗位在此登记簿没有数据范围，一行也看不到。", "None of their roles has any row of this register.")
    )


def _in_reach(session: Session, person: Person, row: Record) -> Step:
    told, passed = [], False
    for role, scope in gate.scopes_of(row.__tablename__, person.roles).items():
        query = select(type(row).id).where(type(row).id == row.id, scope(type(row), person))
        with here.as_house():
            within = session.execute(query).first() is not None
        word = say("是", "yes") if within else say("否", "no")
        told.append(
            say("{r}（{w}）：{y}", "{r} ({w}): {y}", r=role_word(role), w=gate.in_words(scope, type(row)), y=word)
        )
        passed = passed or within
    if passed:
        return Step(True, say("这条记录在数据范围内。", "This record is within reach."), told)
    return Step(
        False,
        say("这条记录不在数据范围内，对其如同不存在。", "This record is out of reach: to them it is not there."),
        told,
    )


def _columns(person: Person, table: str, row: Record | None) -> list[Step]:
    """What is not seen in full."""
    register = register_of(table)
    if register is None:
        return []
    levels: dict[str, list[Say]] = {}
    for name, spot in register.fields().items():
        level = rights.level(person, table, name)
        if level.startswith(OWN) and row is not None:
            own = any(getattr(row, each) == person.staff_id for each in level[len(OWN) :].split(","))
            level = READ if own else MASKED
        levels.setdefault(OWN if level.startswith(OWN) else level, []).append(spot.label)
    partly = [say("{l}：{c}", "{l}: {c}", l=matrix.LEVELS[level], c=joined(levels[level]))
              for level in matrix.LEVELS if level in levels and level != READ]  # fmt: skip
    if not partly:
        return [Step(True, say("所有栏目都能看全。", "Every column is seen in full."))]
    return [Step(True, say("不能看全的栏目：", "Columns not seen in full:"), partly)]


def _rules(session: Session, person: Person, verb: str, row: Record) -> list[Step]:
    """What the rule book says of this record now, as if this person asked."""
    known, register = verb_named(row.__tablename__, verb), register_of(row.__tablename__)
    if known is None and (verb != "edit" or register is None):
        return []
    if person.staff_id is None:
        return [Step(False, NOBODY_AT_THE_DESK)]
    with here.acting_as(person):
        act = Act(session, person)
        if known is None:
            assert register is not None
            with here.in_whole_sight():
                blockers = list(saving.edit_blockers(register, row, act))
        else:
            blockers = why_not(known, [row] if known.many else row, act)
    if blockers:
        return [Step(False, say("规则不允许：", "The rule book refuses:"), blockers=blockers)]
    return [
        Step(
            True,
            say(
                "规则没有异议（提交时还要核对填写的内容）。",
                "The rule book has nothing against it, before it is told the details.",
            ),
        )
    ]
