"""Which passwords are good enough, and how they are kept.

Ten characters or more, not among the common ones, not the user's own name; no composition
rules, no forced change every so often. `PASSWORD_POLICY = "mlps"` adds three kinds of
characters, for companies that are assessed under 等保.
"""

from functools import cache
from pathlib import Path

from flask import current_app
from werkzeug.security import check_password_hash, generate_password_hash

from app.core.words import Say, say

SHORTEST, LONGEST = 10, 200


def fault_in(password: str, username: str) -> Say | None:
    """Why a new password is refused; None when it is good."""
    if len(password) < SHORTEST:
        return say("密码至少 {n} 个字符。", "Use {n} characters or more.", n=SHORTEST)
    if len(password) > LONGEST:
        return say("密码最多 {n} 个字符。", "Use at most {n} characters.", n=LONGEST)
    plain = password.lower()
    if plain in common() or len(set(plain)) < 4:
        return say("这个密码太常见，请换一个。", "This password is too common: choose another.")
    if username and username.lower() in plain:
        return say("密码不能包含用户名。", "The password must not contain the user name.")
    if current_app.config.get("PASSWORD_POLICY") == "mlps" and _kinds(password) < 3:
        return say("须含大写、小写、数字、符号中的三类。", "Use three of: capitals, small letters, digits, signs.")
    return None


def _kinds(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit, lambda sign: not sign.isalnum())
    return sum(any(test(sign) for sign in password) for test in tests)


@cache
def common() -> frozenset[str]:
    """The passwords that everybody tries first, small letters."""
    lines = (Path(__file__).parent / "common_passwords.txt").read_text().splitlines()
    return frozenset(line for line in lines if line)


def kept(password: str) -> str:
    return generate_password_hash(password)


@cache
def _nobodys() -> str:
    """What a wrong user name is checked against, so that it takes as long as a right one."""
    return kept("nobody's password")


def fits(stored: str | None, password: str) -> bool:
    """Whether it is the one; as slow for an account that does not exist."""
    nobodys = _nobodys()  # made at the first sign-in, whoever tries
    right = check_password_hash(stored or nobodys, password[:LONGEST])
    return right and stored is not None
