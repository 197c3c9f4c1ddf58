"""Where a message may go: https, to a host that the operator named, and never into the house's own network.

The name is resolved once, and what is connected to is what was looked at: a name that leads elsewhere the next
moment leads nowhere.
"""

import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import current_app

from app.core.words import Say, say

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
NOT_HTTPS = say(
    "须为 https:// 开头的完整地址，不含用户名和 #。", "A whole address that begins with https://, without a user or #."
)
NOT_LISTED = say(
    "主机不在允许的名单里。请运维人员写入 GUANJIA_WEBHOOK_HOSTS。",
    "The host is not on the list of those allowed (GUANJIA_WEBHOOK_HOSTS).",
)


class NotAllowedError(Exception):
    """This address may not be told anything; the reason is a word for the page of deliveries."""


class Target(NamedTuple):
    host: str
    port: int
    path: str


def allowed_hosts() -> frozenset[str]:
    """`host`, or `host:port` for another port than 443."""
    return frozenset(current_app.config["GUANJIA_WEBHOOK_HOSTS"])


def read(address: str) -> Target | Say:
    """Its parts, or what is wrong with it."""
    try:
        parts = urlsplit(address)
        port = parts.port or 443
    except ValueError:
        return NOT_HTTPS
    host = (parts.hostname or "").lower().rstrip(".")
    clean = address.isascii() and address.isprintable() and " " not in address and "\\" not in address
    if parts.scheme != "https" or not host or parts.username is not None or parts.fragment or not clean:
        return NOT_HTTPS
    if (host if port == 443 else f"{host}:{port}") not in allowed_hosts():
        return NOT_LISTED
    return Target(host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def resolved(target: Target) -> str:
    """The address to connect to. Raises NotAllowedError when any that the name leads to is not a public one."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError:
        raise NotAllowedError("unknown host") from None
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(map(is_public, addresses)):
        raise NotAllowedError("not a public address")
    return addresses[0]


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour is not None or ip.teredo is not None or ip in _NAT64:
            return False
    return ip.is_global and not ip.is_multicast
