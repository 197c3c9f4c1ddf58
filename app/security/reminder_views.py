"""System → Reminders: who is told when something happens in a register, or days before or after a day."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_appbuilder import expose
from sqlalchemy import select

from app.core import kinds, narrowing
from app.core.declaration import register_of
from app.core.doors import door
from app.core.reminding import keeping, mornings, telling  # noqa: F401  (the worker's round, and the journal's follower)
from app.core.reminding.table import Reminder
from app.core.verbs import Ask
from app.core.words import Say, joined, say
from app.extensions import db
from app.security.defined_pages import DefinedPages, titles
from app.security.narrowing_form import WHERE, conditions_of, typed_in
from app.security.roles import Role
from app.security.why import role_word

HEAD = say(
    "收到的人看到“这句话：登记簿 编号”。不要写个人信息。", "They read “these words: register number”. No personal data."
)
ASKS = (
    Ask(kinds.Text(size=40), say("提醒的话（中文）", "Words (Chinese)"), name="zh", help=HEAD),
    Ask(kinds.Text(size=60), say("提醒的话（英文）", "Words (English)"), name="en"),
)
SIDES = {"": say("之后", "after"), "1": say("之前", "before")}


class ReminderPages(DefinedPages):
    """Reminders, each with what it waits for and whom it tells."""

    route_base = "/reminder"
    class_permission_name = "reminder"
    label, icon = say("提醒", "Reminders"), "bell"
    model, keeping = Reminder, keeping

    @expose("/")
    @door("manage")
    def index(self) -> str:
        found = db.session.execute(select(Reminder).order_by(Reminder.archived, Reminder.id)).scalars()
        told = [(each, when_in_words(each), whom_in_words(each)) for each in found]
        return render_template("reminding/index.html", registers=titles(), found=told)

    def typed_words(self, _: str) -> Mapping[str, Any]:
        """What the fields of these forms are called, where they are given back (core/keeping.py)."""
        return {
            **{each.name: each for each in ASKS}, "verbs": say("发生什么", "What happens"), "day_of": say("日期", "Day"),
            "days": say("天数", "Days"), "roles": say("岗位", "Roles"), "people": say("记录上的员工", "Staff of the record"),
        }  # fmt: skip

    def given(self, table: str) -> dict[str, Any]:
        form = request.form
        lists = {name: form.getlist(name) for name in ("verbs", "roles", "people")}
        lists["roles"] = [each for each in lists["roles"] if each in set(Role)]
        return {**form.to_dict(), **lists, "condition": typed_in(table, form)}

    def standing(self, found: Reminder) -> dict[str, Any]:
        return {
            "zh": found.zh, "en": found.en, "verbs": found.verbs, "day_of": found.day_of, "days": abs(found.days),
            "before": "1" if found.days < 0 else "", "roles": found.roles, "people": found.people,
            "condition": keeping.condition_of(found),
        }  # fmt: skip

    def form(self, table: str, found: Reminder | None, given: Mapping[str, Any], faults: Mapping[str, str]) -> str:
        told = {key.replace("condition.", WHERE, 1): fault for key, fault in faults.items()}
        return render_template(
            "reminding/form.html", register=register_of(table), table=table, found=found, given=given, faults=told, asks=ASKS,
            happenings=keeping.happenings(table), days=keeping.days_of(table), people=keeping.people_of(table), sides=SIDES,
            roles={str(each): each.label for each in Role}, conditions=conditions_of(table, given.get("condition") or {}),
        )  # fmt: skip


def when_in_words(found: Reminder) -> Say:
    happenings, days = keeping.happenings(found.table_name), keeping.days_of(found.table_name)
    parts = [happenings.get(each, Say(each, each)) for each in found.verbs]
    if found.day_of:
        day = days.get(found.day_of, Say(found.day_of, found.day_of))
        parts.append(_day_in_words(day, found.days))
    condition = keeping.condition_of(found)
    if not condition:
        return joined(parts)
    return say("{w}；{c}", "{w}; {c}", w=joined(parts), c=narrowing.in_words(found.table_name, condition))


def _day_in_words(day: Say, days: int) -> Say:
    if days == 0:
        return say("{d}当天", "on {d}", d=day)
    side = SIDES["1" if days < 0 else ""]
    return say("{d}{s} {n} 天", "{n} days {s} {d}", d=day, s=side, n=abs(days))


def whom_in_words(found: Reminder) -> Say:
    people = keeping.people_of(found.table_name)
    return joined([*map(role_word, found.roles), *(people.get(each, Say(each, each)) for each in found.people)])
