"""Tests in a real browser: `page_at(1440)`, `page_at(390, "cashier")`.

    def test_the_gate_finds_a_permit(page_at):
        page = page_at(390, "gate")
        page.goto("/permit/")
        shot(page, "permits")
        assert axe(page) == []

The test fails at its end for whatever `window.watch` has noticed on any of its pages.
"""

import logging
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.browser.window import ARGUMENTS, SHAPES, chromium_path, watch


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; Playwright brings none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The address of the house, served from this process on the test's own database."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page_at(chromium: Browser, live: str, sign_in: Callable[[str], Any]) -> Iterator[Callable[..., Page]]:
    """`page_at(width, username="")`: a page 1440 or 390 px wide, signed in when a user is named."""
    contexts, faults = [], []

    def _page_at(width: int, username: str = "", **options: Any) -> Page:
        context = chromium.new_context(
            base_url=live, viewport=SHAPES[width], locale="zh-CN", timezone_id="Asia/Shanghai",
            has_touch=width < 500, **options,
        )  # fmt: skip
        context.set_default_timeout(8000)
        contexts.append(context)
        faults.append(watch(context, urlsplit(live).netloc))
        if username:
            context.add_cookies([_cookie(sign_in(username), live)])
        return context.new_page()

    yield _page_at
    for context in contexts:
        context.close()
    assert [fault for each in faults for fault in each] == []


def _cookie(signed_in: Any, live: str) -> Any:
    """The session that the windowless browser got by signing in."""
    name = signed_in.client.application.config["SESSION_COOKIE_NAME"]
    return {"name": name, "value": signed_in.client.get_cookie(name).value, "url": live}
