"""Uploaded import files between the check and the import: kept for an hour, for their sender only."""

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
    path = _path(token)
    path.write_bytes(name[:80].encode()[:200] + b"\n" + data)
    path.chmod(0o600)
    return token


def take(token: str) -> tuple[str, bytes]:
    """(name, data); raises Faulty at "file" when it is gone or somebody else's."""
    path = _path(token) if _TOKEN.fullmatch(token) else None
    if path is None or not path.exists():
        raise Faulty({"file": say("文件已过期，请重新上传。", "The file is gone: please upload it again.")})
    name, _, data = path.read_bytes().partition(b"\n")
    return name.decode(errors="replace"), data


def drop(token: str) -> None:
    if _TOKEN.fullmatch(token):
        _path(token).unlink(missing_ok=True)


def _path(token: str) -> Path:
    return _folder() / f"{here.me().user_id}-{token}"
