"""The pages that were drawn, sealed as the files themselves are, in GUANJIA_HOME/previews.

They can be drawn again at any time: no backup holds them, and whoever removes a file removes them with it.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from flask import current_app

from app.core import crypt, here
from app.core.pdf.drawing import Drawn

#: so long they are kept after they were drawn; that a file can't be read, in case it was the machine's fault
KEPT, REFUSED_KEPT = timedelta(days=30), timedelta(hours=1)
_NAME = re.compile(r"([0-9a-f]{32})\.[0-9]+\.[0-9]+(\.part)?")


def read(key: str, number: int, width: int) -> Drawn | None:
    place = _place(key, number, width)
    try:
        age = here.now().timestamp() - place.stat().st_mtime
        count, _, jpeg = crypt.open_bytes(place.read_bytes(), _purpose(place)).partition(b"\n")
    except OSError:
        return None
    found = Drawn(int(count), jpeg)
    return found if found.pages or age < REFUSED_KEPT.total_seconds() else None


def keep(key: str, number: int, width: int, drawn: Drawn) -> None:
    """Where there is no room, it is drawn again next time."""
    place = _place(key, number, width)
    part = place.with_name(f"{place.name}.part")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.write_bytes(crypt.seal_bytes(b"%d\n" % drawn.pages + drawn.jpeg, _purpose(place)))
        part.chmod(0o600)
        part.rename(place)
    except OSError:
        part.unlink(missing_ok=True)


def drop(key: str) -> None:
    for place in _folder(key).glob(f"{key}.*"):
        place.unlink(missing_ok=True)


def sweep(known: set[str]) -> int:
    """Remove what belongs to no file any more, and what was drawn long ago."""
    old = list(_strangers(known))
    for place in old:
        place.unlink(missing_ok=True)
    return len(old)


def _strangers(known: set[str]) -> Iterator[Path]:
    before = here.now().timestamp() - KEPT.total_seconds()
    for place in (current_app.config["GUANJIA_HOME"] / "previews").glob("*/*"):
        named = _NAME.fullmatch(place.name)
        if named is None or named[1] not in known or place.stat().st_mtime < before:
            yield place


def _folder(key: str) -> Path:
    home: Path = current_app.config["GUANJIA_HOME"]
    return home / "previews" / key[:2]


def _place(key: str, number: int, width: int) -> Path:
    return _folder(key) / f"{key}.{number}.{width}"


def _purpose(place: Path) -> str:
    return f"preview.{place.name}"
