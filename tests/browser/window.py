"""A browser window that notices what people don't: errors in the console, refused by the content
security policy, requests to another host, files that are missing, answers of the 5xx kind.
"""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, Response

SCREENS = Path("test-output/screens")
AXE = Path(__file__).with_name("axe.min.js")
SHAPES = {1440: {"width": 1440, "height": 900}, 390: {"width": 390, "height": 844}}
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
#: what WCAG 2.2 asks at the levels A and AA
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]


def chromium_path() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("Chromium is needed for the tests: install the package chromium")


def watch(context: BrowserContext, host: str) -> list[str]:
    """The faults of every page of this context, as they come; empty is good."""
    faults: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        # Answers have their own watch, which knows that a refused form (422) is no fault.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in ("http", "https", "ws", "wss") and asked.netloc != host:
            faults.append(f"another host: {request.url}")

    def on_response(response: Response) -> None:
        is_part = response.request.resource_type in ("stylesheet", "script", "image", "font", "manifest")
        if response.status >= 500 or (is_part and response.status >= 400):
            faults.append(f"{response.status}: {response.url}")

    context.on("console", on_console)
    context.on("request", on_request)
    context.on("response", on_response)
    context.on("weberror", lambda error: faults.append(f"script: {error.error}"))
    return faults


def shot(page: Page, name: str) -> Path:
    """The whole page as `test-output/screens/<name>-<width>.png`."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    assert page.viewport_size is not None
    path = SCREENS / f"{name}-{page.viewport_size['width']}.png"
    try:
        page.screenshot(path=path, full_page=True, animations="disabled")
    except Error:  # now and then Chromium can't take one while the machine is busy; it can a moment later
        page.wait_for_timeout(500)
        page.screenshot(path=path, full_page=True, animations="disabled")
    return path


def axe(page: Page) -> list[str]:
    """Critical and serious findings of axe-core on this page, one line each; empty is good."""
    try:
        found = _findings(page)
    except Error:  # a click's page came while the one before it was being read: that one is meant
        found = _findings(page)
    return [
        f"{each['id']} ({each['impact']}): {', '.join(str(node['target']) for node in each['nodes'][:5])}"
        for each in found["violations"]
        if each["impact"] in ("critical", "serious")
    ]


def _findings(page: Page) -> Any:
    page.wait_for_load_state()
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    return page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )


def too_wide(page: Page) -> list[str]:
    """On a phone nothing but tables in their own scroller may be wider than the screen."""
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"the page is {wide} px wider than the screen"] if wide > 0 else []
