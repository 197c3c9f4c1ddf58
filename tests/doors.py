"""The four doors to a verb: the button, the bulk bar, the API, the command line.

Each answers the rules that refused, [] when it went through, so that one test can ask them all.
"""

import json
import re
from collections.abc import Callable
from typing import Any

DOORS = ("button", "bulk", "api", "command")
_RULE = re.compile(r'<li data-rule="(\w+)"')
_ONCE = re.compile(r'name="once_token" value="([^"]+)"')


class Doors:
    """`doors.do("api", "lead", 3, "dispatch", "account_manager", designer=7)`."""

    def __init__(self, sign_in: Callable[[str], Any], api: Callable[[str], Any], command: Callable[..., Any]) -> None:
        self._sign_in, self._api_of, self._shell = sign_in, api, command
        self._known: dict[tuple[str, str], Any] = {}

    def do(self, door: str, table: str, row: int, verb: str, username: str, **params: Any) -> list[str]:
        through: Callable[..., list[str]] = getattr(self, f"by_{door}")
        return through(table, row, verb, username, params)

    def by_button(self, table: str, row: int, verb: str, username: str, params: dict[str, Any]) -> list[str]:
        browser = self._at("browser", username)
        dialog = browser.get(f"/{table}/{row}/{verb}")
        assert dialog.status_code == 200, dialog.status_code
        answer = browser.post(f"/{table}/{row}/{verb}", {**params, "once_token": _once(dialog.text)})
        assert answer.status_code in (302, 422), answer.status_code
        return _RULE.findall(answer.text) if answer.status_code == 422 else []

    def by_bulk(self, table: str, row: int, verb: str, username: str, params: dict[str, Any]) -> list[str]:
        browser = self._at("browser", username)
        dialog = browser.get(f"/{table}/do/{verb}?ids={row}")
        assert dialog.status_code == 200, dialog.status_code
        answer = browser.post(f"/{table}/do/{verb}", {**params, "ids": str(row), "once_token": _once(dialog.text)})
        if answer.status_code == 422:
            return _RULE.findall(answer.text)
        assert answer.status_code == 302, answer.status_code
        return _RULE.findall(browser.get(answer.location).text)

    def by_api(self, table: str, row: int, verb: str, username: str, params: dict[str, Any]) -> list[str]:
        answer = self._at("api", username).post(f"{table}/{row}/{verb}", **params)
        assert answer.status_code in (200, 422), answer.text
        return [each["rule"] for each in answer.json.get("blockers", [])]

    def by_command(self, table: str, row: int, verb: str, username: str, params: dict[str, Any]) -> list[str]:
        given = [f"{name}={value}" for name, value in params.items()]
        answer = self._shell("do", table, str(row), verb, *given, "--as", username, "--json")
        told = json.loads(answer.stdout)
        assert answer.exit_code == (1 if told.get("blockers") else 0), answer.output
        return [each["rule"] for each in told.get("blockers", [])]

    def _at(self, how: str, username: str) -> Any:
        if (how, username) not in self._known:
            self._known[how, username] = (self._sign_in if how == "browser" else self._api_of)(username)
        return self._known[how, username]


def _once(page: str) -> str:
    found = _ONCE.search(page)
    assert found is not None
    return found[1]
