"""One message over the wire: signed, to the very address that was looked at, nothing followed and nothing read."""

import hashlib
import hmac
import http.client
import socket
import ssl
import time

from app.core.hooks import addresses
from app.core.hooks.addresses import NotAllowedError, Target

TIMEOUT = 5.0


class Pinned(http.client.HTTPSConnection):
    """To an address that was resolved before, under the name that its certificate has to hold."""

    def __init__(self, target: Target, address: str) -> None:
        self.context = trusted()
        super().__init__(target.host, target.port, timeout=TIMEOUT, context=self.context)
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), TIMEOUT)
        self.sock = self.context.wrap_socket(plain, server_hostname=self.host)


def trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Of time and body: an old message can't be sent again under a new time."""
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def post(address: str, secret: str, key: str, body: bytes) -> tuple[int | None, str]:
    """(what the other side answered, why it could not be asked)."""
    target = addresses.read(address)
    if not isinstance(target, Target):
        return None, "host not allowed"
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json", "User-Agent": "Guanjia", "Connection": "close",
        "X-Guanjia-Delivery": key, "X-Guanjia-Timestamp": timestamp,
        "X-Guanjia-Signature": signature(secret, timestamp, body),
    }  # fmt: skip
    try:
        connection = Pinned(target, addresses.resolved(target))
        try:
            connection.request("POST", target.path, body, headers)
            return connection.getresponse().status, ""
        finally:
            connection.close()
    except NotAllowedError as refused:
        return None, str(refused)
    except ssl.SSLError:
        return None, "certificate"
    except TimeoutError:
        return None, "no answer in time"
    except (OSError, http.client.HTTPException) as error:
        return None, type(error).__name__[:60]
