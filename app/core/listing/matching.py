"""All rows that match a list, not only the page: for verbs and edits on many rows.

A form that works on more than what was ticked carries `matching`, the list's own query string,
beside its `ids`; whoever runs the work asks here which rows that means now.
"""

from urllib.parse import parse_qsl

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core.answers import Refusal
from app.core.declaration import Declaration
from app.core.listing.address import Asked
from app.core.listing.page import Listing
from app.core.words import say
from app.extensions import db

#: how many rows one piece of work may take
MATCHING_CAP = 20_000
MOST_PARTS = 100


def ids_matching(
    register: type[Declaration], query_string: str, cap: int = MATCHING_CAP, *, session: Session | None = None
) -> list[int]:
    """The ids that the acting person's list at `?query_string` holds, in its order, at most `cap`.
    Who has to know whether there are more asks for one more."""
    listing = Listing(register)
    asked = understood(listing, query_string)
    query = listing.ordered(listing.matching(select(listing.model.id), asked), asked.sort)
    return list((session or db.session).execute(query.limit(cap)).scalars())


def understood(listing: Listing, query_string: str) -> Asked:
    """What a list's query string asks. Where a list passes over what it can't read, work on many
    rows refuses: a filter that fell away would mean more rows than were looked at."""
    try:
        args = MultiDict(parse_qsl(query_string.removeprefix("?"), max_num_fields=MOST_PARTS))
    except ValueError:
        raise Refusal(NOT_UNDERSTOOD) from None
    asked = listing.asked(args)
    if asked.wrong:
        raise Refusal(NOT_UNDERSTOOD)
    return asked


NOT_UNDERSTOOD = say(
    "列表的筛选条件无法识别，没有办理任何记录。请回到列表重新筛选。",
    "The list's filters can't be read, so nothing was done. Go back to the list and filter again.",
)
