"""The parts of a record's page that are asked for when they come into view, and its other shapes:
related registers, comments and history, the quick look of a drawer, the sheet to print, its neighbours.
"""

from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import expose
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.core import comments, here, history, notices, once, saving, taking_back, viewing
from app.core.answers import Faulty, NotFound
from app.core.assigning import asking, reading
from app.core.children import all_of
from app.core.declaration import Declaration, names, referring_to, register_of
from app.core.doors import door
from app.core.listing import COUNT_CAP, Listing
from app.core.listing.neighbours import neighbour
from app.core.look import along, came_from
from app.core.pages.answering import faults_of, ids_in, labels_of
from app.core.pages.file_pages import FilePages
from app.core.reading import columns_for
from app.core.rights import may
from app.core.routes import row_number
from app.core.verbs import Act
from app.core.words import say
from app.core.writing import write
from app.extensions import db

#: rows of a related register that are shown on the record's page
RELATED_SHOWN = 10


class PartPages(FilePages):
    """Each asks for the record again: a part is no way round its scope."""

    @expose("/<int:row_id>/part/<name>")
    @door("read")
    def part(self, row_id: int, name: str) -> AnyResponse | str:
        served = {
            "related": self._related_part, "story": self._story_part, "history": self._history_part,
            "look": self._look, "sheet": self._sheet,
        }  # fmt: skip
        if name in ("next", "previous"):
            return self._beside(row_id, backwards=name == "previous")
        if name not in served:
            raise NotFound()
        page = served[name](row_id)
        if name == "sheet" or request.headers.get("HX-Request"):
            return page
        label = self._label(self._seen(row_id))
        return render_template("part_page.html", register=type(self), row_id=row_id, label=label, part=Markup(page))  # noqa: S704

    # --- the neighbours in the list one came from -------------------------------------------

    def _beside(self, row_id: int, *, backwards: bool) -> AnyResponse:
        found = neighbour(db.session, type(self), row_id, came_from() or "", backwards=backwards)
        if found is None:
            told = say("已经是列表中的第一条。", "This is the first of the list.")
            flash(str(told if backwards else say("已经是列表中的最后一条。", "This is the last of the list.")), "info")
        return redirect(along(f"/{self.table()}/{found or row_id}{self._to_edit(found)}"))

    def _to_edit(self, row_id: int | None) -> str:
        """Who saves one after another comes to the next one's form, if it may be edited now."""
        if row_id is None or "then" not in request.args or not (self._may("edit") and self.entered_by_hand):
            return ""
        return "" if saving.edit_blockers(type(self), self._raw(row_id), Act(db.session, here.me())) else "/edit"

    # --- related registers ------------------------------------------------------------------

    def _related_part(self, row_id: int) -> str:
        row = self._raw(row_id)
        shown = [found for each in names(self.related) if (found := self._related_of(each, row_id))]
        also = [found for other, name in referring_to(type(self)) if (found := self._referring(other, name, row_id))]
        return render_template(
            "parts/related.html", register=type(self), row=row, related=shown, also=also, cap=COUNT_CAP
        )

    @staticmethod
    def _referring(other: type[Declaration], relation: str, row_id: int) -> dict[str, Any] | None:
        """How many rows of another register name this one; None when there are none that this person may see."""
        if not may(here.me(), "read", other.table()):
            return None
        listing = Listing(other)
        if relation not in listing.usable:
            return None
        found = listing.count(db.session, listing.asked({relation: str(row_id)}))
        label = listing.usable[relation].field.label
        return {"register": other, "relation": relation, "label": label, "count": found} if found else None

    @staticmethod
    def _related_of(declared: str, row_id: int) -> dict[str, Any] | None:
        """One related register that this person may read: its first rows and how many there are."""
        table, _, relation = declared.partition(".")
        other = register_of(table)
        if other is None or not may(here.me(), "read", table):
            return None
        listing = Listing(other, [name for name in other.listed() if name != relation], told=True)
        if relation not in listing.usable:
            listing.usable |= {c.name: c for c in columns_for(other.model, [relation])}
        asked = listing.asked({relation: str(row_id), "size": str(RELATED_SHOWN)})
        page = listing.page(db.session, asked, count=False)
        if page.more:
            found = listing.count(db.session, asked)
            page.count, page.capped = min(found, COUNT_CAP), found > COUNT_CAP
        adds = other.entered_by_hand and relation in other.typed_in() and may(here.me(), "add", table)
        return {"register": other, "relation": relation, "page": page, "adds": adds}

    # --- comments and history ---------------------------------------------------------------

    def _story_part(self, row_id: int) -> str:
        self._raw(row_id)
        about = f"/{self.table()}/{row_id}"
        if notices.has_news_of(db.session, about):  # what happened stands before them now
            write(db.session, lambda: notices.see_about(db.session, about))
        return self._story(row_id)

    def _story(self, row_id: int, faults: dict[str, str] | None = None) -> str:
        before = request.args.get("comments_before", type=row_number)
        said = comments.latest(db.session, self.table(), row_id, before=before) if self.commented else []
        back = taking_back.offered(db.session, type(self), self._raw(row_id))
        told = history.history_of(db.session, self.model, row_id, takes_back=back, parts=all_of(type(self)))
        page = render_template(
            "parts/story.html", register=type(self), row_id=row_id, said=said, told=told, only="",
            faults=faults or {}, given=request.form if faults else {}, token=once.new_token(), before=before,
            asked=reading.of_record(db.session, self.table(), row_id) if self.assigned else [],
            due_in_words=reading.due_in_words, may_hand_on=lambda one: asking.may_hand_on(db.session, one),
            chosen=labels_of("staff", request.form.get("to", "")) if faults else {},
        )  # fmt: skip
        self._tell_of_history(row_id, told)
        return page

    def _tell_of_history(self, row_id: int, told: history.Told) -> None:
        """What somebody's phone was before is their data, too."""
        names = sorted({name for line in told.lines for name in line.personal})
        viewing.tell_of(db.session, self.table(), [(row_id, names)] if names else [])

    def _history_part(self, row_id: int) -> str:
        back = taking_back.offered(db.session, type(self), self._raw(row_id))
        only, before = request.args.get("only", ""), request.args.get("before", type=row_number)
        told = history.history_of(
            db.session,
            self.model,
            row_id,
            before=before,
            only_changes=only == "changes",
            takes_back=back,
            parts=all_of(type(self)),
        )
        page = render_template(
            "parts/history.html", register=type(self), row_id=row_id, told=told, only=only, further=before is not None
        )
        self._tell_of_history(row_id, told)
        return page

    @expose("/<int:row_id>/comment", methods=["POST"])
    @door("read")
    def comment(self, row_id: int) -> AnyResponse | str | tuple[str, int]:
        """Say something about the record, or withdraw what one has said."""
        if not self.commented:
            raise NotFound()
        if withdrawn := request.form.get("withdraw", type=row_number):
            comments.withdraw(db.session, type(self), row_id, withdrawn)
            return self._told(row_id)
        try:
            untold = comments.add(
                db.session, type(self), row_id, request.form.get("text"), chosen=ids_in(request.form.getlist("mentioned")),
                token=request.form.get(once.FIELD),
            )  # fmt: skip
        except Faulty as faulty:
            if not request.headers.get("HX-Request"):
                raise
            return self._story(row_id, faults_of(faulty)), 422
        if untold:
            people = "、".join(untold)
            flash(
                str(say("{p}看不到这条记录，没有通知。", "Not told, since it is not theirs to see: {p}.", p=people)),
                "warning",
            )
        return self._told(row_id)

    def _told(self, row_id: int) -> AnyResponse | str:
        if request.headers.get("HX-Request"):
            return self._story(row_id)
        return redirect(along(f"/{self.table()}/{row_id}"))

    # --- other shapes -----------------------------------------------------------------------

    def _look(self, row_id: int) -> str:
        """The drawer's quick look: the facts, what may be done now, and the way to the page."""
        row, raw = self._both(row_id)
        act = Act(db.session, here.me())
        verbs = [each for each in self._verbs_with_blockers(raw, act) if not each["off"]]
        edits = self.entered_by_hand and self._may("edit") and not saving.edit_blockers(type(self), raw, act)
        files = [each for each in self._files(row, raw) if each.look]
        viewing.tell(db.session, self.table(), row)
        return render_template("parts/look.html", register=type(self), row=row, verbs=verbs, edits=edits, files=files)

    def _sheet(self, row_id: int) -> str:
        """A plain sheet of any record, to print: facts and history as this person sees them."""
        row = self._seen(row_id)
        viewing.tell(db.session, self.table(), row)
        told = history.history_of(db.session, self.model, row_id, parts=all_of(type(self)))
        page = render_template("parts/sheet.html", register=type(self), row=row, told=told, at=here.now(), bare=True)
        self._tell_of_history(row_id, told)
        return page
