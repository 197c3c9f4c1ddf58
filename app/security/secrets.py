"""The secret that signs cookies: from outside, or made at the first start. Never a known one."""

import os
import secrets
from pathlib import Path

from flask import Flask

SHORTEST = 32
KNOWN = ("secret", "changeme", "dev", "password", "key", "thisismyscretkey", "guanjia")


def init_app(app: Flask) -> None:
    """Raises RuntimeError, with what to do, for a key that is short or known."""
    key = os.environ.get("GUANJIA_SECRET_KEY") or app.config.get("SECRET_KEY") or _kept(app)
    if len(key) < SHORTEST or len(set(key)) < 10 or any(word * 2 in key.lower() for word in KNOWN):
        raise RuntimeError("GUANJIA_SECRET_KEY is too short or a known one: give 32 or more random characters")
    app.config["SECRET_KEY"] = key


def _kept(app: Flask) -> str:
    path: Path = app.config["GUANJIA_HOME"] / "keys" / "secret.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return _read(path)


def _read(path: Path) -> str:
    import time

    for _ in range(50):  # another worker may be writing it this very moment
        if key := path.read_text().strip():
            return key
        time.sleep(0.02)
    raise RuntimeError("the secret key file is empty")
