"""A browser for the tests of the screens, and guards that no page gets around."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.conftest import OpenShop
from tests.e2e.screens.browsing import (
    ALONE,
    CHROMIUM,
    Guard,
    axe_faults,
    open_context,
    sideways,
)
from tests.e2e.shop import Shop

Visit = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(scope="package")
def shop(open_shop: OpenShop) -> Iterator[Shop]:
    """One embedded stack for all screens, with enough stock for all of them."""
    with open_shop(place="screens", stock_scale=60) as shop:
        shop.initialize_stock()
        yield shop


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, closed before tests that are about something else run."""
    if not CHROMIUM.is_file():
        pytest.skip(f"There is no {CHROMIUM} (set CHROMIUM to another browser).")
    # As root it has no sandbox to put its processes in.
    arguments = [ALONE, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=arguments, headless=True
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, shop: Shop) -> Iterator[Visit]:
    """Opens a page for a new person: `visit("/log", size=PHONE, locale="ko")`.

    The test fails in the end where a page logged an error, broke the content policy,
    asked another machine or was answered with a 5xx that is not `expected`.
    """
    opened: list[tuple[BrowserContext, Guard]] = []

    def visited(
        path: str | None = "/",
        *,
        service: str = "orchestrator",
        expected: Collection[int] = (),
        **how: Any,
    ) -> Page:
        context = open_context(browser, address=shop.url(service, ""), **how)
        guard = Guard(expected)
        guard.watch(context)
        opened.append((context, guard))
        page = context.new_page()
        if path is not None:
            page.goto(path)
        return page

    yield visited
    for context, _guard in opened:
        context.close()
    faults = [fault for _context, guard in opened for fault in guard.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(visit: Visit) -> Page:
    """A page of the dashboard's site in a wide window, not yet at any address."""
    return visit(None)


@pytest.fixture
def axe() -> Check:
    """Fails where axe-core finds a serious or critical violation in the page."""

    def checked(page: Page) -> None:
        faults = axe_faults(page)
        assert not faults, f"{page.url}\n" + "\n".join(faults)

    return checked


@pytest.fixture
def no_sideways_scroll() -> Check:
    """Fails where the page is wider than its window, and names what is."""

    def checked(page: Page) -> None:
        found = sideways(page)
        assert not found, f"{page.url}\n" + "\n".join(found)

    return checked
