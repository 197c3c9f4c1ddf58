"""The counter's page: what a case will need, told while it is typed (R-3.3, R-3.4)."""

from typing import Any

from sqlalchemy import select

from app.core.values import show_money
from app.core.verbs import Act
from app.core.words import Say
from app.fees.charging import tariff_of
from app.renovation.applications.models import ScopeItem
from app.renovation.applications.proposing import Choices, proposals, taken_by
from app.renovation.applications.rules import ScopeKind, WorkMode, contractor_not_active, prohibited, unit_taken
from app.renovation.papers.facts import document_facts
from app.renovation.papers.making import document_lists
from app.renovation.papers.models import ApplicationDocument
from app.renovation.papers.rules import clause_of, missing_in, parties_of, recipients_of, wanted_documents
from app.renovation.patrols.facts import record_of
from app.renovation.permits.facts import credentials_ending_before, is_active, scope_facts_of


def catalogue(act: Act) -> dict[ScopeKind, list[ScopeItem]]:
    """What can be ticked, by kind."""
    rows = list(act.db.execute(select(ScopeItem).order_by(ScopeItem.id).limit(200)).scalars())
    return {kind: [each for each in rows if each.kind == kind] for kind in ScopeKind}


def foreseen(chosen: Choices, row_id: int, act: Act) -> dict[str, Any]:
    """The page's side: who may apply, what has to be brought and paid, and what will be refused."""
    unit = chosen.unit
    refused = prohibited(scope_facts_of(chosen.scope))
    if chosen.mode is WorkMode.CONTRACTOR and chosen.contractor_id and not is_active(chosen.contractor_id, act):
        refused.append(contractor_not_active())
    return {
        "proposals": proposals(unit.id, act) if unit else [],
        "taken": unit_taken(number) if unit and (number := taken_by(unit.id, row_id, act)) else None,
        "documents": _documents(chosen, row_id, act),
        "parties": [party.label for party in parties_of(chosen.mode)],
        "recipients": [each.label for each in recipients_of(chosen.mode)],
        "undertakings": [each for each in chosen.scope if each.kind == ScopeKind.UNDERTAKING],
        "refused": refused, "ending": _ending(chosen, act),
        "record": record_of(chosen.contractor_id, act) if chosen.contractor_id and chosen.mode is WorkMode.CONTRACTOR else None,
        "charges": [(kind.label, show_money(fen)) for kind, fen in tariff_of(act, unit.estate_id)] if unit else [],
    }  # fmt: skip


def _documents(chosen: Choices, row_id: int, act: Act) -> list[dict[str, Any]]:
    """What is wanted now; what was checked already stays checked."""
    query = select(ApplicationDocument).where(ApplicationDocument.application_id == row_id)
    there = {row.kind: row for row in act.db.execute(query).scalars()} if row_id else {}
    return [
        {"label": each.kind.label, "clause": clause_of(each.kind), "alternative": each.alternative,
         "done": str(each.kind) in there and not missing_in(document_facts(there[str(each.kind)]))}
        for each in wanted_documents(chosen.kind, chosen.mode, document_lists(act))
    ]  # fmt: skip


def _ending(chosen: Choices, act: Act) -> list[tuple[Say, Any]]:
    """R-3.3.3: credentials that run out before the works end."""
    if chosen.mode is not WorkMode.CONTRACTOR or not chosen.contractor_id or not chosen.ends_on:
        return []
    return credentials_ending_before(chosen.contractor_id, chosen.ends_on, act)
