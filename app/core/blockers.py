"""Why not: the reasons that a rule gives when the answer is no."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.words import Say


@dataclass(frozen=True)
class Blocker:
    """One reason why a verb does not go through, and what would satisfy it.

    `rule` is the public name (`day_full`), `clause` the place in the source (`R-4.2.5`).
    """

    rule: str
    clause: str
    message: Say
    fix: Say

    def as_json(self) -> dict[str, str]:
        return {
            "rule": self.rule,
            "clause": self.clause,
            "message": str(self.message),
            "fix": str(self.fix),
        }


class NotAllowed(Exception):  # noqa: N818 (reads as a sentence where it is raised)
    """The rule book said no: every reason, in the order a clerk would clear them."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        self.blockers = tuple(blockers)
        super().__init__("; ".join(blocker.rule for blocker in self.blockers))
