"""What an examination answers."""

from dataclasses import dataclass

from app.core.declaration import Declaration
from app.core.words import Say

Register = type[Declaration]


@dataclass(frozen=True)
class Finding:
    """One thing that was forgotten; `mend`: the statement or line that sets it right."""

    check: str
    where: str
    message: Say
    mend: str = ""
    must: bool = True

    def as_json(self) -> dict[str, object]:
        return {
            "check": self.check, "where": self.where, "message": str(self.message), "mend": self.mend, "must": self.must,
        }  # fmt: skip
