"""One list of a register: what is asked for in the address, and the rows that answer it.

    ?q=张  &state=new  &budget_fen.gte=30000  &sort=-inquiry_on  &after=…  &size=50

`address.py` understands what is asked, `conditions.py` says it to the database, `keyset.py` finds
the place in the order, `page.py` answers; `matching.py` is all that match, for work on many rows.

Nonsense in the address is answered like the first page. A column that the person does not
see in full can't be searched, filtered or sorted by. Paging goes by keyset: the page after
the last row's sort values, at any depth for the price of the first.
"""

from app.core.listing.address import OPERATORS, RESERVED, SIZES, Asked, Condition
from app.core.listing.matching import MATCHING_CAP, ids_matching
from app.core.listing.page import COUNT_CAP, Listing, Page

__all__ = [
    "COUNT_CAP", "MATCHING_CAP", "OPERATORS", "RESERVED", "SIZES", "Asked", "Condition", "Listing", "Page",
    "ids_matching",
]  # fmt: skip
