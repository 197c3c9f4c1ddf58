"""The list of a register, and how a person keeps it: columns, density, views."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import expose
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.core import unchanged
from app.core.doors import door
from app.core.drawing import Drawing
from app.core.listing import Asked, Listing, Page, leaving, saved
from app.core.listing.address import SIZES, USUAL_SIZE, searched_in
from app.core.listing.conditions import shows_state
from app.core.listing.days import USUAL_WORDS, WORDS, in_date_field, moving
from app.core.listing.figures import summed
from app.core.listing.grouped import groupable
from app.core.listing.kept import state_of
from app.core.listing.widths import USUAL
from app.core.pages.answering import back_address
from app.core.pages.list_grouped import ListGrouped
from app.core.pages.list_heads import (
    carried,
    chips,
    fits_a_cell,
    heads,
    is_of_a_tab,
    is_open,
    labels_in_address,
    lasting_query,
    orders,
    word_address,
)
from app.core.pages.list_ready import filled, may_be_kept, understood, without_place
from app.core.pages.list_shapes import ListShapes
from app.core.reading import Column, columns_for
from app.core.rights import ROLE_NAMES, reads, standing
from app.core.routes import row_number
from app.core.verbs import Verb, verbs_of
from app.core.words import say
from app.extensions import db

CHOOSE_COLUMNS = say("选择列", "Choose columns")
DENSITY_WORDS = {"compact": say("紧凑", "Compact"), "usual": say("适中", "Usual"), "wide": say("宽松", "Roomy")}


class ListPages(ListShapes, ListGrouped):
    """Rows, filters, tabs."""

    @expose("/")
    @door("read")
    def index(self) -> AnyResponse | str:
        left = saved.kept_for(db.session, self.table())
        partial = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
        if not request.args and not partial and left.opens_with:
            return redirect(left.opens_with.address)
        unchanged.stands()
        address = without_place(request.args)
        known = state_of(db.session), self.table(), left, address
        listing, asked = understood.get(known, lambda: self._understood(left))
        if shape := self._shape(listing):
            return self._shaped(shape, listing, left, partial=bool(partial))
        if bys := self._grouped_by(listing):
            return self._grouped(bys, listing, left, partial=bool(partial))
        after, before = request.args.get("after", ""), request.args.get("before", "")
        asked = replace(asked, after=after, before=before, search=searched_in(request.args))
        page = listing.page(db.session, asked, address=address)
        if not (page.found and may_be_kept(asked)):
            return self._drawn(listing, asked, page, left, partial=bool(partial))
        return filled(
            (known, bool(partial)), page, asked, Drawing(self.table(), page.columns, tick=self._has_ticks()),
            lambda outline, asked, more: self._drawn(listing, asked, outline, left, partial=bool(partial), **more),
        )  # fmt: skip

    def _understood(self, left: saved.Kept) -> tuple[Listing, Asked]:
        listing = self._listing(left)
        return listing, listing.asked(request.args)

    def _shaped(self, shape: str, listing: Listing, left: saved.Kept, *, partial: bool) -> str:
        """As a board, a calendar, a gallery or a tree: always asked and drawn anew."""
        if shape == "tree" and partial and "in" in request.args:
            return self._branch_part(listing)
        asked = listing.asked(request.args)
        return self._drawn(listing, asked, None, left, partial=partial, shape=shape, **self._in_shape(shape, listing))

    def _grouped(self, bys: list[Column], listing: Listing, left: saved.Kept, *, partial: bool) -> str:
        """Under headings: always asked and drawn anew."""
        asked = listing.asked(request.args)
        if partial and request.args.get("in"):
            return self._group_part(listing, asked, bys, self._rows_context(listing, asked, None, left))
        told = self._groups(listing, asked, bys)
        return self._drawn(listing, asked, None, left, partial=partial, rows_template="list_groups.html", **told)

    def _drawn(
        self, listing: Listing, asked: Asked, page: Page | None, left: saved.Kept, *, partial: bool, **more: Any
    ) -> str:
        context = {
            **self._rows_context(listing, asked, page, left),
            **self._frame_context(listing, asked, left),
            "shape": "", **more,
        }  # fmt: skip
        context.setdefault("rows_template", f"list_{context['shape'] or 'rows'}.html")
        if partial:
            return render_template(context["rows_template"], **context)
        return render_template("list.html", **context, **self._form_context(listing))

    def _is_changeable(self) -> bool:
        return self._may("edit") and self.entered_by_hand

    def _listing(self, left: saved.Kept) -> Listing:
        columns = saved.columns_of(type(self), request.args.get("columns"), left)
        return Listing(type(self), columns, left.own.size or USUAL_SIZE, told=True)

    def _rows_context(self, listing: Listing, asked: Asked, page: Page | None, left: saved.Kept) -> dict[str, Any]:
        """What the rows need, each asked once a page and not once a row."""
        changeable = self._is_changeable()
        bulk = self._bulk_verbs(asked)
        return {
            "register": type(self), "listing": listing, "asked": asked, "page": page, "may": self._shows,
            "bulk": bulk, "chips": chips(listing, asked),
            "heads": heads(listing, asked, self.edited_here() if changeable else frozenset()), "tick": self._has_ticks(),
            "query": lasting_query(request.args), "changeable": changeable, "summed": bool(summed(listing)),
            "widths": left.widths(request.args.get("view", type=row_number)), "usual_width": USUAL,
            "column_names": ",".join(column.name for column in listing.columns),
        }  # fmt: skip

    def _frame_context(self, listing: Listing, asked: Asked, left: saved.Kept) -> dict[str, Any]:
        """What stands above the rows and changes with them: tabs and toolbar."""
        return {
            "tabs": self._tabs(asked), "narrowed_by_state": any(each.column.name == "state" for each in asked.conditions),
            "left": left, "density": left.density, "densities": DENSITY_WORDS, "sizes": SIZES,
            "words": listing.words(), "shapes": self._shapes(listing),
            "word_address": word_address, "all_carried": carried((), "group", "open"), "grouping": groupable(listing), "sorting": orders(listing, asked),
            "view": request.args.get("view", type=row_number), "group": request.args.get("group", ""),
            "share_with": self._roles_to_share_with(), "deletes": self._is_deleted_from(),
        }  # fmt: skip

    def _form_context(self, listing: Listing) -> dict[str, Any]:
        """The form of filters."""
        filters = [listing.usable[n].field for n in self.filtered() if n in listing.usable and n != "state"]
        return {
            "filters": filters, "carried": carried(filters, "q"), "open_query": is_open(filters), "day_words": WORDS, "usual_days": USUAL_WORDS,
            "chosen_labels": labels_in_address, "in_date_field": in_date_field, "moving": moving,
        }  # fmt: skip

    def _bulk_verbs(self, asked: Asked) -> list[Verb]:
        """Those of this person that may begin in a state which the list shows."""
        return [
            verb for verb in verbs_of(self.table()).values()
            if self._may(verb.name) and (verb.move is None or any(shows_state(asked, each) for each in verb.move.start))
        ]  # fmt: skip

    def _has_ticks(self) -> bool:
        """Whether rows may be chosen: for a verb, in whatever state it begins, to be changed, or to be deleted."""
        deleted = self._may("delete") and self.entered_by_hand
        return self._is_changeable() or deleted or any(self._may(name) for name in verbs_of(self.table()))

    @classmethod
    def edited_here(cls) -> frozenset[str]:
        """Fields that may be typed in the list, as far as the register goes."""
        known = cls.fields()
        return frozenset(name for name in cls.edited() if name in known and fits_a_cell(known[name]))

    def _tabs(self, asked: Asked) -> list[dict[str, Any]]:
        """One tab per state, where the table has states."""
        state = self.fields().get("state")
        if state is None or not hasattr(state.kind, "options"):
            return []
        chosen = {c.raw for c in asked.conditions if is_of_a_tab(c)}
        return [{"value": value, "label": label, "active": value in chosen} for value, label in state.kind.options]

    def _is_deleted_from(self) -> bool:
        """Whether anybody deletes here, so that there is something to look for."""
        return any("delete" in tables.get(self.table(), ()) for tables in standing().roles.values())

    def _roles_to_share_with(self) -> list[str]:
        return [role for role in ROLE_NAMES if reads(role, self.table())] if saved.may_share(type(self)) else []

    # --- keeping -----------------------------------------------------------------------------

    @expose("/layout", methods=["GET", "POST"])
    @door("read")
    def layout(self) -> AnyResponse | str:
        """Columns, density, size of a page: as this person wants them from now on. GET: the columns to choose from."""
        if request.method == "GET":
            names = saved.columns_of(type(self), request.args.get("columns"), saved.kept_for(db.session, self.table()))
            rest = [name for name in saved.choosable(type(self)) if name not in names]
            chosen, unchosen = columns_for(self.model, names), columns_for(self.model, rest)
            part = render_template("list_columns.html", table=self.table(), chosen=chosen, unchosen=unchosen)
            if request.headers.get("HX-Request"):
                return part
            return render_template(
                "part_page.html",
                register=type(self),
                row_id=None,
                label=CHOOSE_COLUMNS,
                sheet="css/lists.css",
                part=Markup(part),  # noqa: S704
            )
        form = request.form
        if "widths" in form:
            leaving.leave_widths(db.session, type(self), form["widths"], form.get("view", type=row_number))
            return AnyResponse(status=204)
        if "folded" in form:
            leaving.leave_folded(db.session, type(self), form["folded"])
            return AnyResponse(status=204)
        changes: dict[str, Any] = {"density": form.get("density"), "size": form.get("size", type=int)}
        if form.get("do") in ("columns", "usual"):
            changes["columns"] = form.getlist("columns") if form["do"] == "columns" else []
        leaving.leave(db.session, type(self), **changes)
        return redirect(back_address() or f"/{self.table()}/")

    @expose("/views", methods=["POST"])
    @door("read")
    def views(self) -> AnyResponse:
        """Save a view, drop one, or open the list with one."""
        form, view_id = request.form, request.form.get("view", type=row_number)
        if form.get("do") == "drop" and view_id:
            saved.drop_view(db.session, type(self), view_id)
            flash(str(say("视图已删除。", "The view is gone.")), "success")
            return redirect(f"/{self.table()}/?view=0")
        if form.get("do") == "open":
            saved.open_with(db.session, type(self), view_id)
            flash(
                str(say("已记住，以后打开列表先看它。", "Remembered: the list opens with it from now on.")), "success"
            )
            return redirect(back_address() or f"/{self.table()}/?view=0")
        view = saved.save_view(
            db.session, type(self), form.get("name", ""), form.get("query", ""), columns=form.get("columns", ""),
            role=form.get("role", ""), opens=bool(form.get("opens")),
        )  # fmt: skip
        flash(str(say("视图「{name}」已保存。", "The view “{name}” is saved.", name=view.name)), "success")
        return redirect(view.address)
