"""A page of a PDF drawn by a process of its own, within bounds of time and memory, two of them at once."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from app.core.answers import Busy

DRAWER = Path(__file__).with_name("drawer.py")
#: seconds for one page, and for a place among those that are drawn now
LONGEST, PATIENCE = 12, 10
_places = BoundedSemaphore(2)


@dataclass(frozen=True)
class Drawn:
    """A page, and how many there are; 0: the file can't be read, or not within the bounds."""

    pages: int
    jpeg: bytes = b""


def drawn(data: bytes, number: int, width: int) -> Drawn:
    """Raises Busy where too many are waiting."""
    with _place():
        try:
            done = subprocess.run(  # noqa: S603  (our own program; the file is only read by it)
                [sys.executable, "-I", str(DRAWER), str(number), str(width)],
                input=data, capture_output=True, timeout=LONGEST, check=False, cwd="/", env={},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Drawn(0)
    count, _, jpeg = done.stdout.partition(b"\n")
    if done.returncode != 0 or not count.isdigit() or not jpeg.startswith(b"\xff\xd8"):
        return Drawn(0)
    return Drawn(int(count), jpeg)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=PATIENCE):
        raise Busy()
    try:
        yield
    finally:
        _places.release()
