"""Uploaded import files between the check and the import: kept for an hour, for their sender only.

Beside a file stands what belongs to it: how its columns are taken, which rows were faulty.
"""

import re
import secrets
import time
from pathlib import Path

from flask import current_app

from app.core import here
from app.core.answers import Faulty
from app.core.words import say

KEPT_FOR = 3600  # seconds
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")
GONE = say("文件已过期，请重新上传。", "The file is gone: please upload it again.")


def _folder() -> Path:
    folder: Path = current_app.config["GUANJIA_HOME"] / "waiting"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep(name: str, data: bytes) -> str:
    """A token for the file; older files of anybody are swept."""
    for old in _folder().iterdir():
        if old.stat().st_mtime < time.time() - KEPT_FOR:
            old.unlink(missing_ok=True)
    token = secrets.token_urlsafe(18)
    _write(_path(token), name[:80].encode()[:200] + b"\n" + data)
    return token


def take(token: str) -> tuple[str, bytes]:
    """(name, data); raises Faulty at "file" when it is gone or somebody else's."""
    path = _path(token) if _TOKEN.fullmatch(token) else None
    if path is None or not path.exists():
        raise Faulty({"file": GONE})
    for each in (path, *_beside(token)):
        each.touch()  # an hour from the last look
    name, _, data = path.read_bytes().partition(b"\n")
    return name.decode(errors="replace"), data


def note(token: str, name: str, data: bytes) -> None:
    """Put something beside a file that is there."""
    if _TOKEN.fullmatch(token) and _path(token).exists():
        _write(_path(token, name), data)


def noted(token: str, name: str) -> bytes | None:
    path = _path(token, name) if _TOKEN.fullmatch(token) else None
    return path.read_bytes() if path is not None and path.exists() else None


def drop(token: str) -> None:
    if _TOKEN.fullmatch(token):
        for path in (_path(token), *_beside(token)):
            path.unlink(missing_ok=True)


def _beside(token: str) -> list[Path]:
    return list(_folder().glob(f"{here.me().user_id}-{token}.*"))


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    path.chmod(0o600)


def _path(token: str, name: str = "") -> Path:
    return _folder() / f"{here.me().user_id}-{token}{'.' + name if name else ''}"
