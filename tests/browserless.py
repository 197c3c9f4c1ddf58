"""Clients of the tests: one like a browser (cookies, forms, CSRF), one for the API."""

import json
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_ONCE = re.compile(r'name="once_token"[^>]*value="([^"]+)"')


class Browserless:
    """A signed-in browser without the window: `get` pages, `post` forms with their token."""

    def __init__(self, app: Flask, username: str, password: str) -> None:
        self.client: FlaskClient = app.test_client()
        self._token = ""
        page = self.client.get("/login/")
        self._learn(page)
        answer = self.post("/login/", {"username": username, "password": password})
        assert answer.status_code == 302, f"{username} could not sign in: {answer.status_code}"

    def _learn(self, page: TestResponse) -> None:
        found = _TOKEN.search(page.text) if page.mimetype == "text/html" else None
        if found:
            self._token = found[1]

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        page = self.client.get(path, **kwargs)
        self._learn(page)
        return page

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        if self._token == "" or path == "/logout/":
            self.get("/account/")
        page = self.client.post(path, data={"csrf_token": self._token, **(data or {})}, **kwargs)
        if page.status_code == 302:
            self._token = "" if path == "/login/" else self._token
        else:
            self._learn(page)
        return page


class Api:
    """JSON under a token: `api.get("lead/3")`, `api.post("lead/3/dispatch", designer=7)`."""

    def __init__(self, app: Flask, username: str, password: str) -> None:
        self.client = app.test_client(use_cookies=False)
        answer = self.client.post(
            "/api/v1/security/login", json={"username": username, "password": password, "provider": "db"}
        )
        assert answer.status_code == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json['access_token']}"}

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.client.get(f"/api/v1/{path}", headers=self.headers, **kwargs)

    def post(self, path: str, **body: Any) -> TestResponse:
        return self._send("post", path, body)

    def put(self, path: str, **body: Any) -> TestResponse:
        return self._send("put", path, body)

    def _send(self, way: str, path: str, body: dict[str, Any]) -> TestResponse:
        """In ASCII: that carries what UTF-8 can't, such as half of a surrogate pair."""
        sent: TestResponse = getattr(self.client, way)(
            f"/api/v1/{path}", data=json.dumps(body), content_type="application/json", headers=self.headers
        )
        return sent

    def delete(self, path: str) -> TestResponse:
        return self.client.delete(f"/api/v1/{path}", headers=self.headers)
