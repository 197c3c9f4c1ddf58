"""Figures that are judged, not only counted. No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.words import Say, say


@dataclass(frozen=True)
class Year:
    """An account manager's year: contracts that held, upheld major faults."""

    contracts: int
    major_faults: int


@dataclass(frozen=True)
class Bonus:
    """What is proposed, in fen, and why."""

    fen: int
    reason: Say


WHOLE_YUAN = 1000  # a proposal is rounded down to ten yuan


def bonus_of(year: Year, best: int, least_fen: int, most_fen: int) -> Bonus:
    """R-4.1: 1,000–2,000 yuan without a major fault: the least for everybody, the most for whoever signed most."""
    if year.major_faults:
        return Bonus(0, say("有大过 {n} 次", "{n} major faults", n=year.major_faults))
    share = (most_fen - least_fen) * year.contracts // best if best else 0
    proposed = least_fen + share // WHOLE_YUAN * WHOLE_YUAN
    return Bonus(min(proposed, most_fen), say("无大过", "no major fault"))


def spread(counts: Sequence[int]) -> int:
    """R-4.2.1: how far the designer with the most is ahead of the one with the fewest."""
    return max(counts) - min(counts) if counts else 0
