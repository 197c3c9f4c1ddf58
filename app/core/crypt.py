"""Identity numbers at rest: AES-GCM under a key that lives outside the database.

A blind index (a keyed hash) finds an exact number without decrypting any.
"""

import base64
import hashlib
import hmac
import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_keys: dict[str, bytes] = {}


def load_key(path: Path) -> None:
    """Take the 32-byte key from `path`; made there at the first start, readable by us only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(base64.b64encode(os.urandom(32)))
        with suppress(FileExistsError):  # another worker was first
            os.link(made, path)  # never there half written
        made.unlink()
    _use(base64.b64decode(path.read_bytes()))


def _use(secret: bytes) -> None:
    if len(secret) != 32:
        raise ValueError("the data key must be 32 bytes")
    _keys["cipher"] = hmac.digest(secret, b"guanjia cipher", hashlib.sha256)
    _keys["index"] = hmac.digest(secret, b"guanjia index", hashlib.sha256)


def encrypt(text: str, purpose: str) -> str:
    """`purpose` (table and column) is bound in: a ciphertext moved elsewhere does not open."""
    nonce = os.urandom(12)
    sealed = AESGCM(_keys["cipher"]).encrypt(nonce, text.encode(), purpose.encode())
    return base64.b64encode(_VERSION + nonce + sealed).decode()


def decrypt(stored: str, purpose: str) -> str:
    raw = base64.b64decode(stored)
    return AESGCM(_keys["cipher"]).decrypt(raw[1:13], raw[13:], purpose.encode()).decode()


def opened(stored: str, purpose: str) -> str | None:
    """The text of what came back from outside; None for what was not sealed here for this purpose."""
    try:
        return decrypt(stored, purpose) if stored else None
    except (InvalidTag, ValueError, IndexError):
        return None


def seal_bytes(data: bytes, purpose: str) -> bytes:
    """The same for a file's bytes."""
    nonce = os.urandom(12)
    return _VERSION + nonce + AESGCM(_keys["cipher"]).encrypt(nonce, data, purpose.encode())


def open_bytes(stored: bytes, purpose: str) -> bytes:
    return AESGCM(_keys["cipher"]).decrypt(stored[1:13], stored[13:], purpose.encode())


def blind_index(text: str) -> str:
    """The same number always gives the same 64 hex digits; without the key nobody can tell."""
    return hmac.new(_keys["index"], text.encode(), hashlib.sha256).hexdigest()


def keyed_hash(text: str) -> str:
    return hmac.new(_keys["index"], text.encode(), hashlib.sha256).hexdigest()


def keyed_digest(text: str) -> str:
    """For tokens in public links: can't be guessed, needs no table."""
    return keyed_hash(f"link:{text}")[:32]
