"""The editor of figures: what is in force, what was and will be, a change looked at before it is entered.

The rows are the register of policies (`policy_views.py`), with its import of words for the API and exports.
A change is a new row with a date; what was in force stays, and an old case keeps the numbers of its day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app.core import here, once, policy, policy_forms, saving
from app.core.answers import Conflict, Faulty, NotFound
from app.core.doors import door
from app.core.history import verb_word
from app.core.journal import JournalEntry
from app.core.kinds import BadValue
from app.core.pages.answering import labels_of
from app.core.policy import Declared, Policy
from app.core.policy_views import PolicyRegister
from app.core.rights import may
from app.core.routes import row_number
from app.core.values import read_date
from app.core.words import Say, say
from app.extensions import db

ALWAYS = date(2000, 1, 1)
CHANGED = say(
    "有人刚改过这个值，请看下面的「谁改过」后再改。",
    "Somebody has just changed it: look at “Who changed it” below first.",
)


@dataclass(frozen=True)
class Figure:
    """One dated value of a figure; `row_id` is None for what the domain was born with."""

    since: date
    value: Any
    words: Say | str
    note: str = ""
    row_id: int | None = None
    estate_id: int | None = None
    estate: str = ""
    version: int | None = None


class PolicyPages(BaseView):
    route_base = "/figures"
    class_permission_name = "policy"
    label, icon = say("规则参数", "Policy"), "settings"

    @expose("/")
    @door("read")
    def index(self) -> str:
        """All figures by domain, with what is in force today and what will be."""
        dated, today = _dated(), here.today()
        groups: dict[Say, list[dict[str, Any]]] = {}
        for known in policy.declared().values():
            figures = dated.get(known.name, [])
            own = [each for each in figures if each.estate_id is None]
            groups.setdefault(known.heading, []).append({
                "known": known, "now": _in_force(own, today) or _born_with(known),
                "next": next((each for each in reversed(own) if each.since > today), None),
                "estates": len({each.estate_id for each in figures if each.estate_id is not None}),
            })  # fmt: skip
        return render_template("policy/figures.html", groups=groups, register=PolicyRegister)

    @expose("/<name>")
    @door("read")
    def show(self, name: str) -> str:
        """With `row`, the value of a day is put right."""
        return self._page(_known(name))

    @expose("/<name>/preview")
    @door("add")
    def preview(self, name: str) -> str | tuple[str, int]:
        """From when which value would stand, before anything is entered."""
        known = _known(name)
        try:
            wanted = _wanted(known, request.args)
        except Faulty as refused:
            return self._page(known, refused), 422
        return render_template(
            "policy/preview.html", known=known, wanted=wanted, token=once.new_token(),
            line=_line_with(known, wanted), today=here.today(), sent=list(request.args.items(multi=True)),
        )  # fmt: skip

    @expose("/<name>", methods=["POST"])
    @door("add")
    def enter(self, name: str) -> AnyResponse | tuple[str, int]:
        known = _known(name)
        try:
            wanted = _wanted(known, request.form)
            self._save(known, wanted)
        except Faulty as refused:
            return self._page(known, refused), 422
        except Conflict:
            return self._page(known, Faulty({"value": CHANGED})), 409
        flash(str(say("已登记，自{d}起用新值。", "Entered: in force from {d}.", d=wanted.since)), "success")
        return redirect(f"/figures/{known.name}")

    def _save(self, known: Declared, wanted: Figure) -> None:
        token = request.form.get(once.FIELD)
        given = {
            "value": wanted.value,
            "valid_from": str(wanted.since),
            "note": wanted.note,
            "estate": wanted.estate_id,
        }
        if wanted.row_id is None:
            saving.create(db.session, PolicyRegister, {"name": known.name, **given}, token=token, from_json=True)
            return
        saving.edit(
            db.session, PolicyRegister, wanted.row_id, given, version=wanted.version, token=token, from_json=True
        )

    def typed_words(self, _: str) -> Mapping[str, Any]:
        """What is typed for a new figure, where it is given back (core/keeping.py)."""
        return {
            **PolicyRegister.fields(), "from": say("自", "From"), "to": say("至", "To"), "valid_from": say("自何日起", "From"),
        }  # fmt: skip

    def _page(self, known: Declared, refused: Faulty | None = None) -> str:
        figures, today = _dated(known.name).get(known.name, []), here.today()
        own = [each for each in figures if each.estate_id is None]
        now = _in_force(own, today) or _born_with(known)
        given = request.values if refused else {}
        righted = _righted(figures, request.values)
        shown = righted or now
        return render_template(
            "policy/figure.html", known=known, now=now, figures=figures, today=today, righted=righted,
            in_force_ids={_row_of(_in_force(each, today)) for each in _by_estate(figures)},
            history=_history(known, figures), may_add=may(here.me(), "add", "policy"),
            faults={name: str(fault) for name, fault in refused.faults.items()} if refused else {}, given=given,
            fields=policy_forms.fields_for(known, shown.value), may_edit=may(here.me(), "edit", "policy"),
            labels=labels_of("estate", given.get("estate", "") if refused else str((righted and righted.estate_id) or "")),
        )  # fmt: skip


def _known(name: str) -> Declared:
    known = policy.declared().get(name)
    if known is None:
        raise NotFound()
    return known


def _righted(figures: Sequence[Figure], given: Any) -> Figure | None:
    """The dated value that is put right, where one is named."""
    wanted = given.get("row", type=row_number)
    return next((each for each in figures if wanted is not None and each.row_id == wanted), None)


def _born_with(known: Declared) -> Figure:
    return Figure(ALWAYS, known.default, policy_forms.in_words(known, known.default))


def _dated(name: str = "") -> dict[str, list[Figure]]:
    """The dated rows of each figure, the newest first, estates with their names."""
    query = select(Policy).order_by(Policy.valid_from.desc(), Policy.id.desc())
    rows = db.session.execute(query.where(Policy.name == name) if name else query).scalars().all()
    estates = labels_of("estate", sorted({row.estate_id for row in rows if row.estate_id}))
    found: dict[str, list[Figure]] = {}
    for row in rows:
        known = policy.declared().get(row.name)
        if known is not None:
            found.setdefault(row.name, []).append(Figure(
                row.valid_from, row.value, policy_forms.in_words(known, row.value), row.note or "", row.id,
                row.estate_id, estates.get(str(row.estate_id), ""), row.version,
            ))  # fmt: skip
    return found


def _in_force(figures: Sequence[Figure], today: date) -> Figure | None:
    return next((each for each in figures if each.since <= today), None)


def _by_estate(figures: Sequence[Figure]) -> list[list[Figure]]:
    groups: dict[int | None, list[Figure]] = {}
    for each in figures:
        groups.setdefault(each.estate_id, []).append(each)
    return list(groups.values())


def _row_of(figure: Figure | None) -> int | None:
    return figure.row_id if figure else None


def _wanted(known: Declared, given: Any) -> Figure:
    """What was typed. Raises Faulty with every fault at once."""
    faults: dict[str, Say | str] = {}
    value, since = None, here.today()
    try:
        value = policy_forms.asked_for(known, given)
    except BadValue as bad:
        faults["value"] = bad.sentence
    try:
        since = read_date(given.get("valid_from", "")) or since
    except BadValue as bad:
        faults["valid_from"] = bad.sentence
    estate = given.get("estate", "")
    names = labels_of("estate", estate) if estate else {}
    if estate and estate not in names:
        faults["estate"] = say("没有这一项可选。", "There is no such choice.")
    estate_id = int(estate) if estate and estate in names else None
    standing = _dated(known.name).get(known.name, [])
    righted = _righted(standing, given)
    if given.get("row") and righted is None:
        raise NotFound()
    if any((each.since, each.estate_id) == (since, estate_id) for each in standing if each != righted):
        faults["valid_from"] = policy.STANDS
    if faults:
        raise Faulty(faults)
    note = str(given.get("note", "")).strip()[:200]
    row_id, version = (righted.row_id, given.get("version", type=row_number)) if righted else (None, None)
    words = policy_forms.in_words(known, value)
    return Figure(since, value, words, note, row_id, estate_id, names.get(estate, ""), version)


def _line_with(known: Declared, wanted: Figure) -> list[tuple[Figure, date | None, bool]]:
    """The values one after another as they would stand: (figure, until, whether it is the new one)."""
    dated = _dated(known.name).get(known.name, [])
    others = [each for each in dated if wanted.row_id is None or each.row_id != wanted.row_id]
    standing = [each for each in others if each.estate_id == wanted.estate_id]
    if not any(each.since <= wanted.since for each in standing):
        company = [each for each in others if each.estate_id is None]
        before = _in_force(company, wanted.since) or _born_with(known)
        # of what is put right since the beginning nothing stands before
        standing += [before] if before.since < wanted.since or wanted.row_id is None else []
    line = sorted([*standing, wanted], key=lambda each: each.since)
    ends = [each.since for each in line[1:]]
    return [(each, end, each is wanted) for each, end in zip(line, [*ends, None], strict=True)]


def _history(known: Declared, figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Who entered and changed the rows, from the journal; what a release enters is nobody's change."""
    since = {each.row_id: each.since for each in figures if each.row_id is not None}
    query = (
        select(JournalEntry)
        .where(
            JournalEntry.table_name == "policy", JournalEntry.row_id.in_(list(since)), JournalEntry.user_id.is_not(None)
        )
        .order_by(JournalEntry.id.desc())
        .limit(50)
    )
    return [
        {
            "at": entry.at, "who": entry.who, "verb": verb_word("policy", entry.verb), "since": since[entry.row_id],
            "before": _told(known, entry.before), "after": _told(known, entry.after),
        }
        for entry in db.session.execute(query).scalars()
        if entry.row_id in since
    ]  # fmt: skip


def _told(known: Declared, kept: Mapping[str, Any] | None) -> Say | str:
    return policy_forms.in_words(known, kept["value"]) if kept and "value" in kept else ""
