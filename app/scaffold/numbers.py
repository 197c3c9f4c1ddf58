"""The number of the next migration: behind all that are there, whatever their order."""

import re
from pathlib import Path


def next_revision(root: Path, head: str) -> str:
    names = [head, *(path.name for path in (root / "migrations" / "versions").glob("*.py"))]
    return f"{max(int(found[0]) for name in names if (found := re.match('[0-9]+', name))) + 1:04d}"
