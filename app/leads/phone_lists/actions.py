"""Where numbers are held against the registers, and marked after a call."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from app.core.blockers import Blocker
from app.core.kinds import Choice, LongText
from app.core.long_verbs import LongVerb
from app.core.verbs import Act, Verb, ask
from app.core.words import say
from app.leads.models import Contract, Lead
from app.leads.phone_lists.models import PhoneList, PhoneListEntry
from app.leads.phone_lists.rules import CallResult, blockers_to_mark, result_of

#: numbers that are held against the registers in one transaction
PORTION = 500


class Mark(Verb):
    """R-4.3.6: what came of a call."""

    table, label, clause, icon = "phone_list_entry", say("标记", "Mark"), "R-4.3.6", "phone"
    result = ask(Choice(words=CallResult), "结果")
    note = ask(LongText(size=500), "说明", "Note", required=False)

    def blockers(  # type: ignore[override]
        self, row: PhoneListEntry, act: Act, result: str | None = None, note: str | None = None
    ) -> Sequence[Blocker]:
        return blockers_to_mark(CallResult(row.result), CallResult(result) if result else None)

    def do(self, row: PhoneListEntry, act: Act, result: str, note: str | None) -> None:  # type: ignore[override]
        row.result, row.note = result, note


class Compare(LongVerb):
    """R-4.3.6: a list held anew against leads and contracts; who came or signed since is marked."""

    table, label, clause, icon = "phone_list", say("与客户登记核对", "Compare with the leads"), "R-4.3.6", "refresh"

    def count(self, row: PhoneList, act: Act) -> int:
        query = select(func.count()).select_from(PhoneListEntry).where(PhoneListEntry.phone_list_id == row.id)
        return int(act.db.execute(query).scalar_one())

    def portion(self, row: PhoneList, act: Act, after: int | None) -> tuple[int, int | None]:
        """The next numbers, in the order of their ids."""
        query = select(PhoneListEntry).where(PhoneListEntry.phone_list_id == row.id, PhoneListEntry.id > (after or 0))
        entries = act.db.execute(query.order_by(PhoneListEntry.id).limit(PORTION)).scalars().all()
        compared(entries, act)
        return len(entries), entries[-1].id if len(entries) == PORTION else None


def compared(entries: Iterable[PhoneListEntry], act: Act) -> None:
    """Set each entry's result from what the registers know: only that, never whose customer it is."""
    entries = list(entries)
    phones = {each.phone for each in entries}
    known = select(Lead.phone, Contract.id).outerjoin(
        Contract, (Contract.lead_id == Lead.id) & Contract.withdrawn_on.is_(None)
    )
    leads, signed = set(), set()
    for phone, contract in act.db.execute(known.where(Lead.phone.in_(phones))):
        leads.add(phone)
        if contract is not None:
            signed.add(phone)
    for each in entries:
        each.result = result_of(
            is_lead=each.phone in leads, has_contract=each.phone in signed, marked=CallResult(each.result or "open")
        )
