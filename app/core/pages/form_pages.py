"""Entering and editing by hand: the form, its draft, what a relation offers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_appbuilder import expose
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from app.core import (
    child_rows,
    children,
    copying,
    drafts,
    here,
    journal,
    mattering,
    merging,
    once,
    saving,
    taking_back,
    viewing,
)
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.brief import called, named_by
from app.core.deleting import back, gone
from app.core.doors import door
from app.core.fieldsets import laid_out, parted
from app.core.look import along
from app.core.pages.answering import back_address, faults_of, labels_of, refused_status
from app.core.pages.child_lines import Section, sections
from app.core.pages.conflict_pages import ConflictPages
from app.core.reading import read_one
from app.core.record import Field
from app.core.routes import row_number
from app.core.sent import sent_of
from app.core.verbs import Act
from app.core.words import Say, say
from app.extensions import db

SAVED = say("已保存。", "Saved.")
NOTHING_TO_TAKE_BACK = say(
    "这次改动没有您能改回的内容，或现在已和改动前一样。",
    "Nothing of this change is yours to take back, or it is as it was.",
)
Form = MultiDict[str, str]
#: `rows.resident=after.20.345`: which page of a related register's rows a form shows
CHILD_PAGE = re.compile(r"rows\.([a-z0-9_]{1,48})=((?:after|before)\.[0-9]*\.[0-9]+)")


@dataclass(frozen=True)
class Filled:
    """What a form is shown with; `version` and `was` are what it was opened on (core/merging.py)."""

    given: Mapping[str, Any]
    faults: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None
    was: str = ""
    masked: Mapping[str, str] = field(default_factory=dict)
    #: since when there is a draft, which the form offers
    draft_at: datetime | None = None
    #: this is the draft
    is_draft: bool = False
    #: the form as it came back, for the rows of its children; those in `again` are shown on what they are now
    sent: Form | None = None
    again: Iterable[str] = ()
    #: the change in the row's history that is taken back with it
    earlier: taking_back.Earlier | None = None
    #: the deleted record that is entered again with it
    deleted: gone.Kept | None = None
    #: and what comes back with it
    along: back.Brought | None = None
    #: what it was filled with, of another row
    copy: copying.Copy | None = None


class FormPages(ConflictPages):
    """One write path for all of them: `core/saving.py`."""

    @expose("/new", methods=["GET", "POST"])
    @door("add")
    def new(self) -> AnyResponse | str | tuple[str, int]:
        if not self.entered_by_hand:
            raise NotFound()
        if request.method == "GET":
            return self._form(None, self._empty())
        if request.form.get("then") == "form":  # what was typed about a record that is gone (core/keeping.py)
            return self._form(None, self._as_sent(None, request.form))
        given, again = self._given(request.form, editing=False), self._again(request.form)
        brought: list[back.Brought] = []
        try:
            if again:
                given = gone.completed(db.session, type(self), again, given)
            row_id = saving.create(
                db.session,
                type(self),
                given,
                token=request.form.get(once.FIELD),
                also=self._with_a_new_one(again, brought),
            )
        except (Faulty, NotAllowed, Forbidden) as refused:
            return self._form(None, self._refused(None, refused)), refused_status(refused)
        if came := "".join(each.told for each in brought[-1:]):
            flash(f"{SAVED}{came}", "success")
        return self._after_saving(row_id, is_new=True, told=not came)

    def _save_children(self) -> saving.Also | None:
        """The rows of children are saved in the transaction of their parent."""
        among = children.of(type(self))
        return (lambda row_id: child_rows.save(db.session, among, row_id, request.form)) if among else None

    def _again(self, sent: Form) -> int | None:
        """The deletion that a form enters again, while that may be."""
        entry = sent.get(gone.FIELD, type=row_number)
        return entry if entry and gone.is_kept(db.session, type(self), entry) else None

    def _with_a_new_one(self, again: int | None, brought: list[back.Brought]) -> saving.Also | None:
        """Its children; and with a deleted record that is entered again, what went along with it."""
        also = self._save_children()
        if not again:
            return also

        def bring(row_id: int) -> None:
            gone.tell(db.session, type(self), gone.deletion(db.session, type(self), again), row_id)
            brought.append(back.bring(db.session, type(self), again, row_id))

        return _both(bring, also)

    def _with_an_edit(self, row_id: int) -> saving.Also | None:
        """Its children; and of what is taken back the journal keeps which change that was."""
        taken, also = request.form.get(taking_back.FIELD, type=row_number), self._save_children()
        if not (taken and taking_back.is_change_of(db.session, self.model, row_id, taken)):
            return also
        return _both(lambda _: journal.note(db.session, taken_back=taken), also)

    def _refused(self, row_id: int | None, refused: Exception) -> Filled:
        """The form as it was sent, with all that is wrong in it: where the parent was refused, its children
        were not asked yet."""
        faults, again = faults_of(refused), getattr(refused, "again", ())
        if not isinstance(refused, child_rows.WrongRows):
            more = child_rows.faults(db.session, children.of(type(self)), request.form)
            faults |= {name: str(fault) for name, fault in more.items()}
        return replace(self._as_sent(row_id, request.form), faults=faults, again=again)

    @expose("/<int:row_id>/edit", methods=["GET", "POST"])
    @door("edit")
    def edit(self, row_id: int) -> AnyResponse | str | tuple[str, int]:
        if request.method == "GET":
            return self._opened_form(row_id)
        if not self.entered_by_hand:
            raise Forbidden()
        given = self._given(request.form, editing=True)
        if request.form.get("then") == "form":  # from two values side by side back to the form
            return self._form(row_id, self._as_sent(row_id, request.form))
        version = request.form.get(merging.VERSION, type=int)
        opened = merging.unseal(type(self), row_id, request.form.get(merging.FIELD, ""))
        try:
            theirs = saving.edit(
                db.session, type(self), row_id, given, version=version, opened=opened,
                token=request.form.get(once.FIELD), also=self._with_an_edit(row_id),
            )  # fmt: skip
        except Conflict as conflict:
            return self._conflict(row_id, given, opened, conflict), 409
        except (Faulty, NotAllowed, Forbidden) as refused:
            return self._form(row_id, self._refused(row_id, refused)), refused_status(refused)
        if theirs:
            flash(str(self._both_saved(row_id, theirs)), "info")
        return self._after_saving(row_id, told=not theirs)

    def _after_saving(self, row_id: int, *, is_new: bool = False, told: bool = True) -> AnyResponse:
        if request.form.get("draft"):
            drafts.drop(db.session, drafts.form_of(self.table(), None if is_new else row_id))
        if in_drawer():
            return jsonify({"id": row_id, "label": labels_of(self.table(), row_id).get(str(row_id), str(row_id))})
        if told:
            leaves = request.form.get("then") in ("new", "next") or back_address()
            flash(self._told_elsewhere(SAVED, row_id) if leaves else str(SAVED), "success")
        if request.form.get("then") == "new":
            return redirect(url_for(".new"))
        if CHILD_PAGE.fullmatch(then := request.form.get("then", "")):
            return redirect(along(f"/{self.table()}/{row_id}/edit?{then}"))
        if request.form.get("then") == "next":
            return redirect(along(f"/{self.table()}/{row_id}/part/next?then=edit"))
        return redirect(back_address() or along(url_for(".show", row_id=row_id)))

    # --- what a form is filled with ---------------------------------------------------------

    def _empty(self) -> Filled:
        """A new form: what the address proposes, what may be copied of another row, or the draft."""
        form = drafts.form_of(self.table(), None)
        if "draft" in request.args and (sent := drafts.take(db.session, form)):
            return replace(self._as_sent(None, MultiDict(sent)), is_draft=True)
        if again := request.args.get(gone.FIELD, type=row_number):
            kept = gone.kept(db.session, type(self), again)
            along = back.offered(db.session, type(self), again)
            return Filled(kept.given, masked=kept.masked, deleted=kept, along=along)
        draft_at = None if in_drawer() else drafts.kept_at(db.session, form)
        if (like := request.args.get("copy", type=row_number)) and self.copied:
            copy = copying.copied(db.session, type(self), like, with_rows=not in_drawer())
            return Filled(copy.given, sent=copy.rows, copy=copy, draft_at=draft_at)
        return Filled(dict(request.args.items()), draft_at=draft_at)

    def _opened_form(self, row_id: int) -> AnyResponse | str:
        filled = self._opened(row_id)
        if filled.earlier is not None and not filled.earlier.sides:
            flash(str(NOTHING_TO_TAKE_BACK), "info")
            return redirect(along(url_for(".show", row_id=row_id)))
        return self._form(row_id, filled)

    def _opened(self, row_id: int) -> Filled:
        """The form on a row as it stands, or with the draft that was begun on it."""
        viewing.tell(db.session, self.table(), self._seen(row_id))
        raw, form = self._raw(row_id), drafts.form_of(self.table(), row_id)
        blocked = saving.edit_blockers(type(self), raw, Act(db.session, here.me()))
        faults = {"": "".join(str(each.message) for each in blocked)} if blocked else {}
        if "draft" in request.args and (sent := drafts.take(db.session, form)):
            return replace(self._as_sent(row_id, MultiDict(sent)), faults=faults, is_draft=True)
        stands = self._as_it_stands(row_id, raw)
        if stands.earlier is not None:
            return replace(stands, given={**stands.given, **stands.earlier.given}, faults=faults)
        return replace(stands, faults=faults, draft_at=drafts.kept_at(db.session, form))

    def _as_it_stands(self, row_id: int, raw: Any) -> Filled:
        spots = saving.writable(type(self), editing=True)
        opened = merging.opened_on(type(self), raw, spots)
        masked = {
            spot.name: spot.kind.mask(getattr(raw, spot.attribute))
            for spot in spots
            if not spot.many and merging.is_masked(type(self), raw, spot.name)
        }
        given = {name: "" if name in masked else held for name, held in opened.values.items()}
        entry = request.values.get(taking_back.FIELD, type=row_number)
        return Filled(
            given, version=opened.version, was=merging.seal(type(self), row_id, opened),
            masked={name: shown for name, shown in masked.items() if shown},
            earlier=taking_back.earlier(db.session, type(self), raw, entry) if entry else None,
        )  # fmt: skip

    def _as_sent(self, row_id: int | None, sent: Form) -> Filled:
        """A form as it came back, on what it was opened on."""
        given = self._given(sent, editing=row_id is not None)
        if row_id is None:
            again = self._again(sent)
            kept = gone.kept(db.session, type(self), again) if again else None
            along = back.offered(db.session, type(self), again) if again else None
            return Filled(given, sent=sent, masked=kept.masked if kept else {}, deleted=kept, along=along)
        stands = self._as_it_stands(row_id, self._raw(row_id))
        return replace(
            stands, given={**stands.given, **given}, version=sent.get(merging.VERSION, type=int),
            was=sent.get(merging.FIELD, ""), sent=sent,
        )  # fmt: skip

    def _given(self, sent: Form, *, editing: bool) -> dict[str, Any]:
        """What the form holds, by field; an unticked box is a no. Of two values side by side, theirs
        stands where it was chosen."""
        given: dict[str, Any] = {}
        for spot in saving.writable(type(self), editing=editing):
            if sent.get(f"keep.{spot.name}") == "theirs":
                continue
            if spot.many:
                given[spot.name] = sent.getlist(spot.name)
            elif spot.kind.widget == "checkbox":
                given[spot.name] = "1" if sent.get(spot.name) not in (None, "", "0") else "0"
            elif spot.name in sent:
                given[spot.name] = sent_of(spot.kind, sent, spot.name)
        return given

    def typed_again(self, where: Mapping[str, Any], sentence: str) -> str | None:
        """The form of this request with what was typed, when it could not be taken (core/keeping.py)."""
        row_id = where.get("row_id")
        if request.endpoint not in (f"{self.endpoint}.new", f"{self.endpoint}.edit"):
            return None
        if not self._may("edit" if row_id else "add"):
            return None
        return self._form(row_id, replace(self._as_sent(row_id, request.form), faults={"": sentence}))

    def _form(self, row_id: int | None, filled: Filled) -> str:
        spots = saving.writable(type(self), editing=row_id is not None)
        wanted = mattering.conditions(type(self))
        if wanted:
            spots = mattering.without_idle(type(self), spots, self._raw(row_id) if row_id else None)
        rows, layout = self._sections(row_id, filled), self._layout(row_id)
        parts = laid_out(type(self), spots, len(rows)) if layout else parted(type(self), spots)
        return render_template(
            self.form_template, whens=mattering.whens(wanted, (spot.name for spot in spots)),
            **self.form_context(row_id, filled.given), register=type(self), row_id=row_id,
            spots=spots, fieldsets=parts, laid=layout if len(parts) + len(rows) > 1 else "", folded=self._folded(), given=filled.given,
            faults=filled.faults, filled=filled, masked=filled.masked,
            labels=self._chosen_labels(spots, filled.given), drawer=in_drawer(), sections=rows,
            token=request.form.get(once.FIELD) or once.new_token(), back=back_address(), called=self._called(row_id),
        )  # fmt: skip

    def _layout(self, row_id: int | None) -> str:
        """Steps lead through what is entered; whoever changes a record looks at all of it."""
        return "" if in_drawer() or (self.form_layout == "steps" and row_id) else self.form_layout

    def _called(self, row_id: int | None) -> str:
        """Which record it is, for whoever has several open."""
        row = read_one(db.session, self.model, row_id, named_by(type(self))) if row_id else None
        return called(type(self), row) if row is not None else ""

    def _sections(self, row_id: int | None, filled: Filled) -> list[Section]:
        """The rows of children; a drawer has no room for them."""
        if in_drawer():
            return []
        return sections(type(self), row_id, filled.sent, filled.faults, filled.again, child_pages(request.args))

    @expose("/<int:row_id>/children/<table>")
    @door("edit")
    def child_page(self, row_id: int, table: str) -> str:
        """Another page of the rows of children, for a form that stands open (js/children.js)."""
        self._raw(row_id)
        found = [
            each for each in sections(type(self), row_id, None, {}, (), child_pages(request.args))
            if each.children.table == table
        ]  # fmt: skip
        if not found:
            raise NotFound()
        return render_template(
            "parts/children.html", register=type(self), row_id=row_id, sections=found, prefix="f-", again=True
        )

    def _chosen_labels(self, spots: list[Field], given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """relation -> id -> label, for what is chosen already: a form never loads a table."""
        return {
            spot.name: labels_of(spot.kind.table, given.get(spot.name))  # type: ignore[attr-defined]
            for spot in spots
            if spot.is_relation and given.get(spot.name)
        }

    # --- drafts -----------------------------------------------------------------------------

    @expose("/new/draft", methods=["POST"])
    @door("add")
    def draft_of_new(self) -> AnyResponse:
        return self._keep_draft(None)

    @expose("/<int:row_id>/draft", methods=["POST"])
    @door("edit")
    def draft(self, row_id: int) -> AnyResponse:
        """Also of a form whose record has gone out of reach since it was opened: it is what its writer typed."""
        opened = merging.unseal(type(self), row_id, request.form.get(merging.FIELD, ""))
        if opened is None and request.form.get("then") != "drop":
            self._raw(row_id)
        return self._keep_draft(row_id)

    def _keep_draft(self, row_id: int | None) -> AnyResponse:
        """What is typed so far, kept for the person alone; or dropped, where they say so."""
        form = drafts.form_of(self.table(), row_id)
        if request.form.get("then") == "drop":
            drafts.drop(db.session, form)
            return redirect(url_for(".edit", row_id=row_id) if row_id else url_for(".new"))
        drafts.keep(db.session, form, request.form.items(multi=True))
        return AnyResponse(status=204)

    def _both_saved(self, row_id: int, theirs: list[str]) -> Say:
        """What another person changed while this form was open, and that it stands."""
        known = self.fields()
        people = merging.who_changed(db.session, type(self), row_id, theirs)
        return say(
            "已保存。期间{who}改了：{fields}；两边的修改都已保留。",
            "Saved. Meanwhile {who} changed: {fields}; both changes stand.",
            who="、".join(people) or say("其他人", "somebody else"),
            fields="、".join(str(known[name].label) for name in theirs),
        )


def child_pages(asked: Mapping[str, str]) -> dict[str, str]:
    """table -> which page of its rows, as the address says it."""
    return {name[len("rows.") :]: page for name, page in asked.items() if name.startswith("rows.")}


def in_drawer() -> bool:
    """Whether the page is asked for by a drawer (js/drawer.js): without the frame, answered in JSON."""
    return request.headers.get("X-Drawer") == "1"


def _both(first: saving.Also, then: saving.Also | None) -> saving.Also:
    def work(row_id: int) -> None:
        first(row_id)
        if then is not None:
            then(row_id)

    return work
