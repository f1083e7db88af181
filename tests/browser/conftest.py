"""What a browser test may ask for: the demo company on a real server, and people in front of it.

``sit("li.na")`` gives somebody's screen, signed in. A message in the browser's console fails the test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dougong.demo.people import PASSWORD
from dougong.kernel.house import House
from dougong.web.client import is_built
from tests.browser.chromium import HOW, SWITCHES, find_chromium
from tests.browser.site import Site, open_site
from tests.demo_company import TODAY, demo, demo_database

__all__ = ["demo", "demo_database"]

Language = Literal["zh", "en"]
Sit = Callable[..., Page]
PATIENCE = 20_000
SCREEN, PHONE, TABLET = (1440, 900), (390, 844), (1024, 768)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this worker."""
    chromium = find_chromium()
    if chromium is None:
        pytest.fail(HOW)
    if not is_built():
        pytest.fail("The web client is not built: make client.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site(demo: House) -> Iterator[Site]:
    """The demo company, open, for one module."""
    with open_site(demo, TODAY) as site:
        yield site


@pytest.fixture
def sit(browser: Browser, site: Site) -> Iterator[Sit]:
    """Seat people in front of screens of their own."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def seat(
        login: str = "",
        *,
        language: Language = "zh",
        screen: tuple[int, int] = SCREEN,
        dark: bool = False,
        at: str = "/",
    ) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": screen[0], "height": screen[1]},
            locale="zh-CN" if language == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        if login:
            answer = context.request.post(
                "/api/v1/sign-in",
                data={"login": login, "password": PASSWORD},
                headers={"Dougong-Request": "1"},
            )
            assert answer.ok, answer.text()
        page = context.new_page()
        page.on("console", lambda said: complaints.extend(worth_hearing(said)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(at)
        return page

    yield seat
    for context in opened:
        context.close()
    assert complaints == []


def worth_hearing(said: Any) -> list[str]:
    """Give an error of the console; that a request was refused is told on the page."""
    refused = "Failed to load resource" in said.text
    return [said.text] if said.type in ("error", "warning") and not refused else []


def settings_of(page: Page) -> dict[str, Any]:
    """Read how the person likes the client."""
    kept: dict[str, Any] = json.loads(
        page.evaluate("localStorage.getItem('dougong.settings') ?? '{}'")
    )
    return kept
