"""What dispatch 派单 judges, as plain values: a lead, a designer's load, the figures in force."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.core.blockers import Blocker
from app.core.words import Words
from app.leads.rules import LeadSource, Tier


class SeasonKind(Words):
    LOW = "low", "淡季", "Low season"
    HIGH = "high", "旺季", "High season"


class ChampionKind(Words):
    QUARTER = "quarter", "季度签单状元", "Champion of the quarter"
    YEAR = "year", "年度签单状元", "Champion of the year"


class EndKind(Words):
    REASSIGNED = "reassigned", "改派"
    CLOSED = "closed", "结案"


@dataclass(frozen=True)
class LeadFacts:
    """What dispatch asks of a lead. `slip_signed`: by both managers; `held_by`: the designer
    of its live dispatch; `preferred`: the one its salesperson asked for (staff ids)."""

    tier: Tier | None
    has_renovation_date: bool
    has_area: bool
    has_phone: bool
    source: LeadSource = LeadSource.WALK_IN
    slip_signed: bool = False
    held_by: int | None = None
    preferred: int | None = None


@dataclass(frozen=True)
class DesignerLoad:
    """One designer now: `today` and `this_week` count what was given and not reassigned away,
    `in_hand` what was given this week and is still held; `champion`: the privilege is valid."""

    staff_id: int
    name: str
    grade: str
    today: int = 0
    this_week: int = 0
    in_hand: int = 0
    champion: bool = False
    left: bool = False
    absent: bool = False
    last_at: datetime | None = None


@dataclass(frozen=True)
class Caps:
    """The figures of R-4.2.5 in force: `in_hand` is the season's."""

    season: SeasonKind = SeasonKind.LOW
    in_hand: int = 2
    a_day: int = 2
    a_week: int = 6
    slip_sources: frozenset[str] = frozenset({LeadSource.MARKETING, LeadSource.PHONE_LIST})


@dataclass(frozen=True)
class Candidate:
    """A designer as the dispatch board offers them."""

    load: DesignerLoad
    preferred: bool = False
    blockers: Sequence[Blocker] = field(default_factory=tuple)

    @property
    def eligible(self) -> bool:
        return not self.blockers
