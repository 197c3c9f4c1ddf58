"""A list that is used once more is, to the letter, the page that would be drawn anew."""

import re
from typing import Any

import pytest
from flask import Flask
from flask_wtf.csrf import generate_csrf

from app.core.declaration import all_registers
from app.core.pages import list_pages, list_ready

PEOPLE = ("admin", "designer", "account_manager", "gate", "auditor")
ADDRESSES = (
    "", "?size=2", "?size=2&sort=-created_at", "?state=new", "?created_at.gte=today-3&size=3", "?q=1&size=2", "?q=0", "?q=1-2",
    "?q=%3C%26%22", "?q=1+0&state=new", "?q=+1", "?q=1&q=2",
)  # fmt: skip
TOKEN = re.compile(r'(name="csrf_token" value="|name="csrf-token" content=")[^"]+')


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.mark.on("sqlite")
def test_it_is_the_page_that_would_be_drawn_anew(app: Flask, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    for username in PEOPLE:
        person = sign_in(username)
        for table in all_registers():
            for address in ADDRESSES if table in ("lead", "charge", "unit") else ADDRESSES[:2] + ADDRESSES[5:6]:
                for path in with_the_next(person, f"/{table}/{address}"):
                    again = person.get(path)
                    with monkeypatch.context() as anew_each_time:
                        anew_each_time.setattr(list_pages, "may_be_kept", lambda _: False)
                        anew = person.get(path)
                    assert TOKEN.sub("", again.text) == TOKEN.sub("", anew.text), (username, path)
                    asked += 1
    assert asked > 150


def with_the_next(person: Any, path: str) -> list[str]:
    """The list and, where there is one, its next page; each has been asked for once."""
    first = person.get(path)
    if first.status_code != 200:
        return []
    found = re.search(r'rel="next" href="([^"]+)"', first.text)
    following = [found[1].replace("&amp;", "&")] if found else []
    return [path, *(each for each in following if person.get(each).status_code == 200)]


@pytest.mark.on("sqlite")
def test_a_token_is_this_requests_own(sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = sign_in("account_manager")
    clerk.get("/lead/")
    monkeypatch.setattr(list_ready, "generate_csrf", lambda: generate_csrf() + "-new")
    assert '-new"' in clerk.get("/lead/").text
