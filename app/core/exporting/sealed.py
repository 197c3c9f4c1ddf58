"""Export files on disk: sealed piece by piece, so that a long one is written and read in flat memory.

Each piece is bound to its file, its place and whether it is the last: none can be left out, moved or cut off.
"""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO

from flask import current_app

from app.core import crypt, here
from app.core.answers import NotFound, Refusal
from app.core.words import say

PIECE = 1024 * 1024
LENGTH = 4  # bytes that say how long a sealed piece is
UNNAMED_KEPT = timedelta(days=1)
FULL = say("导出空间已满，请联系管理员。", "There is no room for more export files; ask the administrator.")
GONE = say("文件已过期，请重新导出。", "The file is gone: please export it again.")


def new_key() -> str:
    return secrets.token_hex(16)


def write(key: str, data: Iterable[bytes]) -> int:
    """Seal it under this name; answers its length. Raises Refusal when the disk is full; then nothing is left."""
    place, size, number = _place(key), 0, 0
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part, held = place.with_suffix(".part"), bytearray()
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for each in data:
                held += each
                size += len(each)
                while len(held) > PIECE:
                    _put(file, bytes(held[:PIECE]), f"export.{key}.{number}")
                    del held[:PIECE]
                    number += 1
            _put(file, bytes(held), f"export.{key}.{number}.last")
            file.flush()
            os.fsync(file.fileno())  # before the row that names it is committed
        part.rename(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return size


def _put(file: IO[bytes], piece: bytes, purpose: str) -> None:
    if shutil.disk_usage(_folder()).free < current_app.config["GUANJIA_FILES_SPARE_MIB"] * 1024 * 1024:
        raise Refusal(FULL)
    closed = crypt.seal_bytes(piece, purpose)
    file.write(len(closed).to_bytes(LENGTH, "big") + closed)


def read(key: str) -> Iterator[bytes]:
    """The pieces, opened one by one. Raises NotFound at once when there is no such file."""
    try:
        file = _place(key).open("rb")
    except OSError:
        raise NotFound(GONE) from None
    return _opened(key, file)


def _opened(key: str, file: IO[bytes]) -> Iterator[bytes]:
    with file:
        number, length = 0, file.read(LENGTH)
        while length:
            closed, length = file.read(int.from_bytes(length, "big")), file.read(LENGTH)
            yield crypt.open_bytes(closed, f"export.{key}.{number}" + ("" if length else ".last"))
            number += 1


def remove(key: str) -> None:
    _place(key).unlink(missing_ok=True)


def strangers(known: set[str]) -> Iterator[Path]:
    """What no row names any more, or never did: a worker died before it could."""
    before = here.now().timestamp() - UNNAMED_KEPT.total_seconds()
    for path in _folder().glob("*"):
        if path.name not in known and path.stat().st_mtime < before:
            yield path


def _folder() -> Path:
    home: Path = current_app.config["GUANJIA_HOME"]
    return home / "exports"


def _place(key: str) -> Path:
    return _folder() / key
