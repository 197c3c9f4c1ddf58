"""The window notices what it is there for; each fault beside a page without it."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.window import axe, shot, too_wide, watch

HEAD = "<!doctype html><html lang=zh><title>管家</title><meta name=viewport content='width=device-width'><link rel=icon href=data:,>"
GOOD = "<main><h1>你好</h1><p>施工许可</p></main>"


@pytest.fixture
def house(chromium: Browser) -> Iterator[Any]:
    """A tiny house: every path answers with `bodies[path]` under a strict policy."""
    bodies: dict[str, str] = {}

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = bodies.get(self.path)
            self.send_response(404 if body is None else 500 if self.path == "/broken" else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", "default-src 'self'; img-src 'self' data: http:")
            self.end_headers()
            self.wfile.write((HEAD + (body or "")).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    yield lambda path, body: _visit(chromium, bodies, f"http://127.0.0.1:{server.server_port}", path, body)
    server.shutdown()
    for context in chromium.contexts:
        context.close()


def _visit(chromium: Browser, bodies: dict[str, str], base: str, path: str, body: str) -> tuple[Page, list[str]]:
    bodies[path] = body
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    faults = watch(context, urlsplit(base).netloc)
    page = context.new_page()
    page.goto(base + path, wait_until="networkidle")
    return page, faults


@pytest.mark.parametrize(
    ("path", "body", "noticed"),
    [
        ("/", GOOD, ""),
        ("/", GOOD + "<script>1</script>", "Content Security Policy"),
        ("/", GOOD + "<p style='color:red'>x</p>", "Content Security Policy"),
        ("/", GOOD + "<img alt='' src='http://localhost:9/x.png'>", "another host"),
        ("/", GOOD + "<link rel=stylesheet href=/missing.css>", "404"),
        ("/broken", GOOD, "500"),
    ],
    ids=["nothing", "inline script", "inline style", "another host", "missing file", "broken answer"],
)
def test_a_fault_of_a_page_is_noticed(house: Any, path: str, body: str, noticed: str) -> None:
    _, faults = house(path, body)
    assert bool(faults) == bool(noticed)
    assert any(noticed in fault for fault in faults) or not noticed


def test_axe_finds_a_picture_without_words(house: Any) -> None:
    page, _ = house("/", GOOD)
    assert axe(page) == []
    page, _ = house("/", GOOD + "<img src=data:,>")
    assert any(each.startswith("image-alt (critical)") for each in axe(page))


def test_a_page_wider_than_the_phone_is_noticed(house: Any) -> None:
    page, _ = house("/", GOOD)
    assert too_wide(page) == []
    page, _ = house("/", GOOD + "<table><tr><td>" + "x" * 200 + "</table>")
    assert too_wide(page) != []


def test_a_screenshot_is_kept(house: Any) -> None:
    page, _ = house("/", GOOD)
    path = shot(page, "window")
    assert path.name == "window-390.png"
    assert path.read_bytes()[:4] == b"\x89PNG"
    path.unlink()
