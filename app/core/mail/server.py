"""The company's mail server, as the operator named it; none, and there is no mail."""

import os
from email.utils import parseaddr
from typing import Any, NamedTuple

from flask import current_app

from app.core.mail.addresses import is_address

PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Server(NamedTuple):
    host: str
    port: int
    user: str
    password: str
    #: "tls", "starttls", or "none" for a relay on this machine
    security: str
    #: who writes: a name, and an address
    name: str
    sender: str

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


def server() -> Server | None:
    """What is not understood is taken for the safer."""
    config: Any = current_app.config
    name, sender = parseaddr(config["GUANJIA_MAIL_FROM"])
    if not config["GUANJIA_SMTP_HOST"] or not is_address(sender):
        return None
    security = config["GUANJIA_SMTP_SECURITY"]
    security = security if security in PORTS else "starttls"
    port = int(config["GUANJIA_SMTP_PORT"] or PORTS[security])
    user, password = config["GUANJIA_SMTP_USER"], os.environ.get("GUANJIA_SMTP_PASSWORD", "")
    return Server(config["GUANJIA_SMTP_HOST"], port, user, password, security, name or "管家", sender)


def is_on() -> bool:
    return server() is not None


def house_address(path: str) -> str:
    """A page of the house, whole; empty when the operator did not say where it stands: never from a request."""
    base = str(current_app.config["GUANJIA_URL"]).rstrip("/")
    return f"{base}{path}" if base and path.startswith("/") else ""


def largest_attachment() -> int:
    """In bytes; 0: nothing is ever attached."""
    return int(current_app.config["GUANJIA_MAIL_ATTACH_MIB"]) * 1024 * 1024
