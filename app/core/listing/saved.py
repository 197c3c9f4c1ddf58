"""How a person left a list (columns, density, size of a page), and the views that are saved of it.

A view is a name for an address: filters, order and columns. It is one's own, or shared with a role by
whoever may (`manage` on `list_view`). It holds no right: opened by another, it shows that person's rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import editions, here, journal
from app.core.answers import Faulty, Forbidden, NotFound
from app.core.appearance import keeping as appearance
from app.core.declaration import Declaration
from app.core.listing import widths
from app.core.listing.matching import MOST_PARTS, understood
from app.core.listing.page import Listing
from app.core.memory import Kept as InMemory
from app.core.rights import may, reads
from app.core.values import BadValue, clean_text
from app.core.word_order import AsWords
from app.core.words import say
from app.core.writing import write

TABLE = EDITION = "list_view"
Done = TypeVar("Done")
MOST_OWN = 30
DENSITIES = ("compact", "usual", "wide")
#: what an address holds beyond filters, order and grouping: it is of this visit, not of a view
_OF_THE_VISIT = frozenset({"q", "after", "before", "view", "size", "columns", "format", "page", "density", "in"})


class ListView(Model):
    """A saved view; without a name: how this person left the list."""

    __tablename__ = TABLE
    __table_args__ = (
        UniqueConstraint("user_id", "register", "role", "name"),
        Index("ix_list_view_shared", "register", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    register: Mapped[str] = mapped_column(String(64))
    #: the role that it is shared with; empty: one's own
    role: Mapped[str] = mapped_column(String(32), default="")
    name: Mapped[str] = mapped_column(String(60), default="")
    query: Mapped[str] = mapped_column(String(2000), default="")
    columns: Mapped[str] = mapped_column(String(2000), default="")
    density: Mapped[str] = mapped_column(String(8), default="")
    size: Mapped[int | None] = mapped_column()
    #: see core/listing/widths.py
    widths: Mapped[str | None] = mapped_column(String(1000))
    #: which parts of a long form and record the person folded, by key (core/fieldsets.py)
    folded: Mapped[str | None] = mapped_column(String(400))
    #: the view that the list opens with
    opens_with_id: Mapped[int | None] = mapped_column(ForeignKey("list_view.id", ondelete="SET NULL"))

    @property
    def is_shared(self) -> bool:
        return bool(self.role)

    @property
    def address(self) -> str:
        return View(self.id, self.register, self.role, self.name, self.query, self.columns).address


@dataclass(frozen=True)
class View:
    """A saved view, or how a person left a list, as plain values."""

    id: int = 0
    register: str = ""
    role: str = ""
    name: str = ""
    query: str = ""
    columns: str = ""
    density: str = ""
    size: int | None = None
    widths: str | None = None
    folded: str | None = None
    opens_with_id: int | None = None

    @property
    def address(self) -> str:
        more = {"columns": self.columns} if self.columns else {}
        return f"/{self.register}/?" + "&".join(filter(None, (self.query, urlencode({**more, "view": self.id}))))

    @property
    def is_shared(self) -> bool:
        return bool(self.role)


@dataclass(frozen=True)
class Kept:
    """What is kept for one person of one list."""

    own: View
    views: tuple[View, ...]

    @property
    def columns(self) -> list[str]:
        return self.own.columns.split(",") if self.own.columns else []

    @property
    def folded(self) -> list[str]:
        return self.own.folded.split(",") if self.own.folded else []

    @property
    def density(self) -> str:
        own = self.own.density
        return own if own in DENSITIES else appearance.now().density or "usual"

    def widths(self, view_id: int | None) -> dict[str, int]:
        """Of the view that is looked at, where it has any, and the person's own. One's own view goes before
        how one left the list; in a shared one, which only its keepers change, it is the other way round."""
        view = next((view for view in self.views if view.id == view_id), View())
        first, then = (self.own, view) if view.is_shared else (view, self.own)
        return {**widths.read(then.widths), **widths.read(first.widths)}

    @property
    def opens_with(self) -> View | None:
        return next((view for view in self.views if view.id == self.own.opens_with_id), None)


_in_memory: InMemory[Kept] = InMemory(2000)


def kept_for(session: Session, table: str) -> Kept:
    """How the acting person left this list, the views they saved, and those of their roles."""
    person = here.me()
    key = (id(session.get_bind().engine), person.user_id, person.roles, table, editions.mark_read(EDITION))
    return _in_memory.get(key, lambda: _kept_for(session, table))


def _kept_for(session: Session, table: str) -> Kept:
    person = here.me()
    query = (
        select(*(getattr(ListView, each.name) for each in dataclass_fields(View)))
        .where(ListView.register == table)
        .where(or_(ListView.user_id == person.user_id, ListView.role.in_(sorted(person.roles))))
        .order_by(ListView.role.desc(), AsWords(ListView.name), ListView.id)
    )
    found = [View(*row) for row in session.execute(query)]
    own = next((each for each in found if not each.name and not each.role), None)
    return Kept(own or View(), tuple(each for each in found if each.name))


def columns_of(register: type[Declaration], asked: Any, kept: Kept) -> list[str]:
    """The columns to show: of the address, else as the person left them, else the register's."""
    possible = choosable(register)
    for wanted in (str(asked or "").split(","), kept.columns):
        if chosen := [name for name in dict.fromkeys(wanted) if name in possible]:
            return chosen
    return register.listed()


def choosable(register: type[Declaration]) -> list[str]:
    """What may stand in the list, in the register's order: a column each, so no lists of rows."""
    known = register.fields()
    return [n for n in dict.fromkeys([*register.listed(), *register.shown()]) if n in known and not known[n].many]


# --- keeping ---------------------------------------------------------------------------------


def keep(session: Session, work: Callable[[], Done]) -> Done:
    """One write transaction, after which every worker reads views anew."""

    def whole() -> Done:
        done = work()
        editions.changed(session, EDITION)
        return done

    return write(session, whole)


def own_row(session: Session, table: str) -> ListView:
    query = select(ListView).where(
        ListView.user_id == here.me().user_id, ListView.register == table, ListView.role == "", ListView.name == ""
    )
    own = session.execute(query).scalar_one_or_none()
    if own is None:
        own = ListView(user_id=here.me().user_id, register=table, role="", name="", columns="", density="")
        session.add(own)
    return own


def save_view(
    session: Session, register: type[Declaration], name: str, query: str, *, columns: str = "", role: str = "",
    opens: bool = False,
) -> ListView:  # fmt: skip
    """A view under a name; the same name again replaces it. Raises Faulty or Forbidden."""
    called = _name(name)
    if role and not may_share(register, role):
        raise Forbidden()
    kept_query = _query(register, query)

    def work() -> ListView:
        view = _named(session, register.table(), called, role)
        view.query, view.columns = kept_query, _columns(register, columns)
        view.widths = view.widths or own_row(session, register.table()).widths
        session.flush()
        if opens:
            own_row(session, register.table()).opens_with_id = view.id
        if role:
            journal.add(session, "share_view", table=TABLE, label=called, role=role, register=register.table())
        return view

    return keep(session, work)


def _name(raw: str) -> str:
    try:
        name = clean_text(raw, max_length=60)
    except BadValue as bad:
        raise Faulty({"name": bad.sentence}) from None
    if not name:
        raise Faulty({"name": say("请给视图起个名字。", "Give the view a name.")})
    return name


def _named(session: Session, table: str, name: str, role: str) -> ListView:
    """The view of that name, or a new one: of this person, or among those that the role shares."""
    query = select(ListView).where(ListView.register == table, ListView.name == name, ListView.role == role)
    if not role:
        query = query.where(ListView.user_id == here.me().user_id)
    view = session.execute(query.order_by(ListView.id)).scalars().first()
    if view is not None:
        return view
    among = select(ListView.id).where(ListView.register == table, ListView.name != "", ListView.role == role)
    if not role:
        among = among.where(ListView.user_id == here.me().user_id)
    if len(session.execute(among.limit(MOST_OWN)).all()) >= MOST_OWN:
        raise Faulty({"name": say("最多保存 {n} 个视图。", "At most {n} views can be saved.", n=MOST_OWN)})
    view = ListView(user_id=here.me().user_id, register=table, role=role, name=name, density="")
    session.add(view)
    return view


def _query(register: type[Declaration], query: str) -> str:
    """The lasting part of an address. A view is kept and shared, so it holds no person's data."""
    asked = understood(Listing(register), query)
    if any(condition.column.field.kind.personal for condition in asked.every()):
        raise Faulty({"name": say(
            "视图里不能保存电话、证件号等个人信息的筛选，请先去掉这些条件。",
            "A view can't keep a filter by someone's phone, number or address. Drop it first.",
        )})  # fmt: skip
    pairs = [pair for pair in parse_qsl(query, max_num_fields=MOST_PARTS) if pair[0] not in _OF_THE_VISIT]
    kept = urlencode(pairs)
    if len(kept) > 2000:
        raise Faulty({"name": say("筛选条件过长，不能保存。", "The filters are too long to be saved.")})
    return kept


def _columns(register: type[Declaration], columns: str) -> str:
    possible = choosable(register)
    return ",".join(name for name in dict.fromkeys(columns.split(",")) if name in possible)[:2000]


def may_share(register: type[Declaration], role: str = "") -> bool:
    """Managers and the admin, with a role that reads this register."""
    return may(here.me(), "manage", TABLE) and (not role or reads(role, register.table()))


def drop_view(session: Session, register: type[Declaration], view_id: int) -> None:
    """One's own, or a shared one for who may share. Raises NotFound."""

    def work() -> None:
        view = _visible(session, register, view_id)
        if view.is_shared and not may_share(register):
            raise Forbidden()
        if view.is_shared:
            journal.add(session, "drop_view", table=TABLE, label=view.name, role=view.role, register=view.register)
        session.execute(delete(ListView).where(ListView.id == view.id))

    keep(session, work)


def open_with(session: Session, register: type[Declaration], view_id: int | None) -> None:
    """The view that the list opens with from now on; None: the whole list."""

    def work() -> None:
        if view_id is not None:
            _visible(session, register, view_id)
        own_row(session, register.table()).opens_with_id = view_id

    keep(session, work)


def _visible(session: Session, register: type[Declaration], view_id: int) -> View:
    found = [view for view in kept_for(session, register.table()).views if view.id == view_id]
    if not found:
        raise NotFound()
    return found[0]
