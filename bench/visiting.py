"""Somebody with a browser: a connection that stays open, cookies, a sign-in."""

import re
import time
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

from bench.ground import PASSWORD

SIGN_IN = {
    "guanjia": ("/login/", "csrf_token"),
    "fab": ("/login/", ""),
    "django": ("/admin/login/", "csrfmiddlewaretoken"),
}
ACCOUNTS = {"guanjia": "account_manager", "fab": "fab", "django": "django"}


class Visitor:
    """`Visitor("fab", port).get("/plainleadview/list/")` answers the body, and is timed by who asks."""

    def __init__(self, peer: str, port: int, account: str = "") -> None:
        self.peer, self.port = peer, port
        self.cookies: dict[str, str] = {}
        self.connection = HTTPConnection("127.0.0.1", port, timeout=600)
        if peer not in SIGN_IN:
            return
        path, self.token_name = SIGN_IN[peer]
        proof = {"username": account or ACCOUNTS[peer], "password": PASSWORD}
        status, _ = self.post(path, {**proof, **self.token(path)})
        assert status == 302, (peer, status)

    def ask(self, method: str, path: str, body: str = "") -> HTTPResponse:
        headers = {"Cookie": self.cookie, "Accept-Language": "zh"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body or None, headers)
            answer = self.connection.getresponse()
        except ConnectionError:  # it was idle for too long while the others had their turns
            self.connection.close()
            self.connection.request(method, path, body or None, headers)
            answer = self.connection.getresponse()
        for each in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, path: str) -> bytes:
        answer = self.ask("GET", path)
        body = answer.read()
        assert answer.status == 200, (self.peer, path, answer.status)
        return body

    def post(self, path: str, typed: dict[str, str]) -> tuple[int, bytes]:
        answer = self.ask("POST", path, urlencode(typed))
        return answer.status, answer.read()

    def token(self, path: str) -> dict[str, str]:
        """What a form of this page has to bring along."""
        if not self.token_name:
            return {}
        found = re.search(rf'name="{self.token_name}" value="([^"]+)"', self.get(path).decode())
        return {self.token_name: found[1]} if found else {}

    def stream(self, path: str) -> tuple[float, float, int]:
        """Seconds to the first byte and to the last, and how many bytes."""
        begun = time.perf_counter()
        answer = self.ask("GET", path)
        assert answer.status == 200, (self.peer, path, answer.status)
        size = len(answer.read(1))
        first = time.perf_counter() - begun
        while piece := answer.read(1 << 16):
            size += len(piece)
        return first, time.perf_counter() - begun, size
