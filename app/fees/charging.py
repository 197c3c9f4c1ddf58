"""Charges that other domains make and take back: by the tariff, never by hand."""

from sqlalchemy import select

from app.core.verbs import Act
from app.fees.models import Charge
from app.fees.rules import ChargeKind, ChargeState
from app.fees.seeds import TARIFF, tariff_name
from app.owners.models import Unit


def charge_by_tariff(act: Act, *, application_id: int, unit: Unit, payer_name: str) -> None:
    """R-3.1.12: what a renovation costs in the unit's estate today; an amount of 0 makes no charge."""
    act.db.add_all(
        Charge(
            number=act.number(Charge.__series__), payer_name=payer_name, unit_id=unit.id,
            application_id=application_id, kind=kind, amount_fen=amount, due_on=act.today,
        )
        for kind, amount in tariff_of(act, unit.estate_id)
    )  # fmt: skip


def tariff_of(act: Act, estate_id: int) -> list[tuple[ChargeKind, int]]:
    """What a renovation costs in an estate today, in fen; what costs nothing is left out."""
    amounts = [(kind, act.policy(tariff_name(kind), estate_id=estate_id)) for kind in TARIFF]
    return [(kind, amount) for kind, amount in amounts if amount > 0]


DEPOSITS = (ChargeKind.RENOVATION_DEPOSIT, ChargeKind.PASS_DEPOSIT)


def deposits_paid(act: Act, application_id: int, *, lock: bool = False) -> list[Charge]:
    """What is held for a case and may have to go back, the oldest first."""
    query = (
        select(Charge)
        .where(
            Charge.application_id == application_id,
            Charge.kind.in_([str(kind) for kind in DEPOSITS]),
            Charge.state == ChargeState.PAID,
        )
        .order_by(Charge.id)
    )
    return list(act.db.execute(query.with_for_update() if lock else query).scalars())


def may_go_back(deposit: Charge, deducted_fen: int, act: Act) -> None:
    """R-3.1.5: decided, by whom, and how much is kept; the cashier gives back the rest."""
    deposit.deducted_fen, deposit.released_at, deposit.released_by_id = deducted_fen, act.at, act.by_id


def all_goes_back(act: Act, application_id: int) -> None:
    """The case ends without work: its deposits go back whole."""
    for deposit in deposits_paid(act, application_id, lock=True):
        may_go_back(deposit, 0, act)


def void_what_is_due(act: Act, *, application_id: int, reason: str) -> None:
    """What an application still owes is not owed any more; what was paid stays paid."""
    due = (
        select(Charge)
        .where(Charge.application_id == application_id, Charge.state == ChargeState.DUE)
        .order_by(Charge.id)
        .with_for_update()
    )
    for charge in act.db.execute(due).scalars():
        charge.state, charge.void_reason = ChargeState.VOID, reason
