"""One list of a register: what is asked for in the address, and the rows that answer it.

    ?q=张  &state=new  &budget_fen.bt=300..500  &inquiry_on=this_week  &is=mine  &or=(tier:a|source:walk_in)
    &designer.department=3  &sort=-inquiry_on,designer  &after=…  &size=50

`address.py` understands what is asked, with `days.py` for days in words, `groups.py` for AND and OR,
`standing.py` for "mine" and "overdue", and `related.py` for what its rows name; `conditions.py` says it to the
database (across a relation `crossing.py`), `keyset.py` finds the place in the order, `page.py` answers, `kept.py`
keeps its statements ready. Under headings it is shown by `grouped.py`, in other shapes by `board.py`, `calendar.py`,
`gallery.py` and `tree.py`. Beside the list: `figures.py` within `limits.py`, `saved.py` for how a person left it,
`matching.py` for work on all that match.

Nonsense in the address is answered like the first page. A column that the person does not
see in full can't be searched, filtered or sorted by. Paging goes by keyset: the page after
the last row's sort values, at any depth for the price of the first.
"""

from app.core.listing.address import OPERATORS, RESERVED, SIZES, Asked, Condition
from app.core.listing.groups import Group
from app.core.listing.matching import MATCHING_CAP, ids_matching
from app.core.listing.page import COUNT_CAP, Listing, Page

__all__ = [
    "COUNT_CAP", "MATCHING_CAP", "OPERATORS", "RESERVED", "SIZES", "Asked", "Condition", "Group", "Listing", "Page",
    "ids_matching",
]  # fmt: skip
