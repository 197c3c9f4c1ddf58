"""A list as a tree 层级: records that stand below others of their table, a branch opened at a time.

    ?as=tree  &open=3  &open=8

At the top stand those that are below none, or below one that is out of reach. A branch is a page of its own by
the list's order; how many are below each of its records is counted to `COUNT_CAP`, in one statement. What is
searched or filtered for is shown with the way down to it. A record met twice on the way is not gone into again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from app.core import gate
from app.core.declaration import Declaration
from app.core.kinds import Relation
from app.core.listing import keyset
from app.core.listing.address import Asked
from app.core.listing.page import Listing
from app.core.reading import Column, Link, Seen, query_for, seen_rows
from app.core.record import SYSTEM
from app.core.values.worded import worded

#: records of a branch at once, how far those below are counted, branches that may be open, steps up from a find
SHOWN, COUNT_CAP, MOST_OPEN, HIGHEST = 50, 99, 30, 30
#: columns of the list that a record tells besides what it is called
TOLD = 3


@dataclass
class Branch:
    """Records below one another's parent, in order; `after`: the place behind them when there are more."""

    above: int | None
    nodes: list["Node"]
    after: str | None = None


@dataclass
class Node:
    """A record of the tree: how many are below it, and these where it is open."""

    row: Seen
    below: int = 0
    branch: Branch | None = None
    #: it is what was searched for, and not only on the way to it
    found: bool = False


def parent_column(listing: Listing) -> Column | None:
    """The relation by which a record stands below another of its table; None where the register has no tree."""
    register = listing.register
    if register.tree is not None:
        return listing.usable.get(register.tree)
    for name, spot in register.fields().items():
        leads_here = isinstance(spot.kind, Relation) and spot.kind.table == register.table() and not spot.many
        if leads_here and name not in SYSTEM and name in listing.usable:
            return listing.usable[name]
    return None


def told_by(register: type[Declaration], columns: list[str], parent: Column) -> Listing:
    """The list that a tree asks for."""
    label = register.model.__label__
    rest = [name for name in columns if name not in (label, parent.name)]
    return Listing(register, [label, *rest[:TOLD], parent.name])


class Tree:
    """One request's view of the tree."""

    def __init__(self, session: Session, listing: Listing, parent: Column, asked: Asked, opened: Iterable[int]) -> None:
        self.session, self.listing, self.parent = session, listing, parent
        self.model: Any = listing.model
        self.attribute = getattr(self.model, parent.field.attribute)
        self.asked = asked
        #: a branch is not narrowed by what is searched for
        self.plain = Asked(sort=asked.sort, size=SHOWN)
        self.opened = set(list(opened)[:MOST_OPEN])
        #: whether what stands alone at the top is opened; not once somebody has opened or shut a branch
        self.opens_alone = False
        self._entered: set[int] = set()

    def branch(self, above: int | None, after: str = "") -> Branch:
        """The records below one, or those at the top."""
        cursor = keyset.read_cursor(self.plain.sort, after)
        query = self.listing.page_query(self.plain, backwards=False).where(self._below(above))
        rows = keyset.rows_beyond(
            self.session, self.model, query, self.plain.sort, cursor, size=SHOWN, backwards=False
        )  # fmt: skip
        shown = rows[:SHOWN]
        place = keyset.cursor_of(self.plain.sort, shown[-1]) if len(rows) > SHOWN else None
        nodes = [Node(row) for row in seen_rows(self.listing.columns, shown)]
        if above is None and self.opens_alone and len(nodes) == 1:
            self.opened.add(nodes[0].row.id)
        return Branch(above, self._filled(nodes), place)

    def _below(self, above: int | None) -> Any:
        if above is not None:
            return self.attribute == above
        seen = gate.seen_by(self.model, self.listing.person, self.attribute)
        is_top = self.attribute.is_(None)
        return is_top if seen is gate.ALL_ROWS else or_(is_top, not_(seen))

    def _filled(self, nodes: list[Node]) -> list[Node]:
        """With the number below each, and what is below those that are open."""
        counts = self._counts([node.row.id for node in nodes])
        for node in nodes:
            node.below = counts.get(node.row.id, 0)
            if node.row.id in self.opened - self._entered and node.below:
                self._entered.add(node.row.id)
                node.branch = self.branch(node.row.id)
        return nodes

    def _counts(self, ids: list[int]) -> dict[int, int]:
        if not ids:
            return {}
        child: Any = aliased(self.model)
        below = select(child.id).where(getattr(child, self.parent.field.attribute) == self.model.id)
        capped = below.correlate(self.model).limit(COUNT_CAP + 1).subquery()
        count = select(func.count()).select_from(capped).scalar_subquery()
        return dict(self.session.execute(select(self.model.id, count).where(self.model.id.in_(ids))).tuples().all())

    # --- what is searched for -------------------------------------------------------------------

    def ways(self) -> tuple[Branch, bool]:
        """What is searched or filtered for, each with the way down to it; and whether there is more of it."""
        page = self.listing.page(self.session, replace(self.asked, size=SHOWN, after="", before=""), count=False)
        nodes = {row.id: Node(row, found=True) for row in page.rows}
        self._add_ways(nodes)
        counts = self._counts(list(nodes))
        for key, node in nodes.items():
            node.below = counts.get(key, 0)
        return Branch(None, self._placed(nodes)), page.more

    def _add_ways(self, nodes: dict[int, Node]) -> None:
        """The records above, a statement for each step up; those out of reach are left out."""
        sought: set[int] = set()
        for _ in range(HIGHEST):
            missing = {key for node in nodes.values() if (key := self._above(node))} - nodes.keys() - sought
            if not missing:
                return
            sought |= missing
            query = query_for(self.model, self.listing.columns).where(self.model.id.in_(missing))
            for row in seen_rows(self.listing.columns, self.session.execute(query)):
                nodes[row.id] = Node(row)

    def _above(self, node: Node) -> int | None:
        link = node.row.values.get(self.parent.name)
        return link.id if isinstance(link, Link) else None

    def _placed(self, nodes: dict[int, Node]) -> list[Node]:
        """Each below the one that it stands below; of a circle, one is at the top."""
        below: dict[int | None, list[Node]] = {}
        for node in nodes.values():
            above = self._above(node)
            below.setdefault(above if above in nodes else None, []).append(node)
        self._entered |= nodes.keys()
        placed: set[int] = set()
        top = [self._grown(node, below, placed) for node in below.get(None, [])]
        for node in nodes.values():
            if node.row.id not in placed:
                top.append(self._grown(node, below, placed))
        return _by_word(top)

    def _grown(self, node: Node, below: dict[int | None, list[Node]], placed: set[int]) -> Node:
        key = node.row.id
        placed.add(key)
        inner = [self._grown(each, below, placed) for each in below.get(key, []) if each.row.id not in placed]
        if inner:
            node.branch = Branch(key, _by_word(inner))
        elif key in self.opened and node.below:
            node.branch = self.branch(key)
        return node


def _by_word(nodes: list[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (worded(node.row.shown(next(iter(node.row.columns)))), node.row.id))
