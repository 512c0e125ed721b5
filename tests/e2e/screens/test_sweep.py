"""Every page is sound: readable by all, within its window, quiet in the console."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from compose.local.topology import repository
from tests.e2e.screens.browsing import PHONE, WIDE
from tests.e2e.screens.conftest import Check, Visit
from tests.e2e.shop import KEYBOARD, LAPTOP, Shop

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(240)]

# Wide and light, small and dark, small and Korean: each way of looking at least once.
WAYS: dict[str, dict[str, Any]] = {
    "wide": {"size": WIDE},
    "phone, dark": {"size": PHONE, "dark": True},
    "phone, Korean": {"size": PHONE, "locale": "ko"},
}
MISSING = "/nowhere"
PASSWORD = "correct horse battery"
IN_KOREAN = re.compile("[가-힣]")
OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"
NAME = "document.activeElement.innerText"


@dataclass(frozen=True, slots=True)
class Sample:
    """Orders of each pattern that went well, and one that was undone."""

    saga: str
    order: str
    choreographed: str
    undone: str

    def pages(self) -> list[str]:
        """The addresses of the orchestrator's site."""
        return [
            *("/", "/choreography", "/attention", "/jobs", "/audit", "/sign-in"),
            *("/log", "/log/groups", "/log/dead-letters", "/playground", MISSING),
            f"/log/topics/order.created?key={self.choreographed}",
            f"/orders/{self.order}",
            f"/orders/{self.choreographed}",
            f"/sagas/{self.saga}/cancel",
            f"/sagas/{self.undone}/retry",
            "/sagas/retry?status=COMPENSATED",
            "/filters/new?status=COMPENSATED",
        ]

    def shop_pages(self) -> list[str]:
        """The addresses of the storefront."""
        return [
            *("/", "/orchestration-orders", "/choreography-orders", MISSING),
            f"/orders/{self.order}",
            f"/orders/{self.choreographed}",
        ]

    def api_pages(self) -> list[tuple[str, str]]:
        """Of the services' API: lists, one row, forms, one that is not there."""
        return [
            ("order", "/"),
            ("order", "/api/orders?page=2&limit=1"),
            ("order", f"/api/orders/{self.order}"),
            ("order", f"/api/orders{MISSING}"),
            ("order", "/api/faults"),
            ("payment", "/api/payments?limit=1"),
            ("payment", f"/api/payments/order/{self.order}/refund"),
            ("inventory", "/api/inventory"),
            ("orchestrator", f"/api/orchestrator/sagas/{self.saga}"),
        ]


@pytest.fixture(scope="module")
def sample(shop: Shop) -> Sample:
    """Orders that have all ended."""
    return place(shop)


@pytest.fixture(scope="module")
def every(shop: Shop, sample: Sample) -> list[str]:
    """All pages of both sites, with an order of each kind; whole addresses."""
    dashboard, storefront = shop.url("orchestrator", "/"), shop.url("storefront", "/")
    return [
        *(urljoin(dashboard, path) for path in sample.pages()),
        *(urljoin(storefront, path) for path in sample.shop_pages()),
    ]


@pytest.fixture(scope="module")
def api(shop: Shop, sample: Sample) -> list[str]:
    """Pages of the API of all four services; whole addresses."""
    return [shop.url(service, path) for service, path in sample.api_pages()]


def place(shop: Shop) -> Sample:
    """Orders that have all ended."""
    led = shop.order("orchestration", KEYBOARD)
    danced = shop.order("choreography", KEYBOARD)
    undone = shop.order("orchestration", LAPTOP, 5_000)
    shop.wait_for(*(one["orderId"] for one in (led, danced, undone)))
    return Sample(led["sagaId"], led["orderId"], danced["orderId"], undone["sagaId"])


@pytest.mark.parametrize("way", WAYS)
def test_every_page_is_sound(
    visit: Visit, every: list[str], axe: Check, no_sideways_scroll: Check, way: str
) -> None:
    """One heading of the first order, a name, its language; nothing grave for axe."""
    page = visit(None, expected={404}, **WAYS[way])
    for address in every:
        page.goto(address)
        language = WAYS[way].get("locale", "en")
        assert page.locator("html").get_attribute("lang") == language, address
        assert page.locator("h1").count() == 1, address
        assert " · " in page.title(), address
        if language == "ko":
            assert IN_KOREAN.search(page.locator("#content").inner_text()), address
        axe(page)
        no_sideways_scroll(page)


@pytest.mark.parametrize("way", WAYS)
def test_every_page_of_the_api_is_sound(
    visit: Visit, api: list[str], axe: Check, no_sideways_scroll: Check, way: str
) -> None:
    """The same of DRF's browsable pages, which are English in any browser."""
    page = visit(None, expected={404, 405}, **WAYS[way])
    for address in api:
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == "en", address
        assert page.locator("h1").count() == 1, address
        for drawer in page.locator("main details > summary").all():
            drawer.click()
        axe(page)
        no_sideways_scroll(page)


def test_the_form_of_an_api_page_sends_json(visit: Visit) -> None:
    """And the page shows the answer in its place, as sound as before."""
    page = visit("/api/orders", service="order", expected={400})
    page.get_by_label("Content").fill('{"customerId": "CUST001", "items": []}')
    page.get_by_role("button", name="POST").click()
    expect(page.get_by_label("Answer")).to_contain_text("HTTP 400 Bad Request")
    expect(page.locator("h1")).to_have_count(1)


def test_who_is_signed_in_is_told_on_an_api_page(
    visit: Visit, shop: Shop, axe: Check
) -> None:
    """By the account of that service; the page is as sound, and its form is taken."""
    make_operator(shop, "ada")
    page = visit("/sign-in", service="order")
    page.locator("[name=username]").fill("ada")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.goto("/api/faults")
    expect(page.locator("header")).to_contain_text("ada")
    axe(page)
    page.get_by_text("DELETE…").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_label("Answer")).to_contain_text("turnedOff")


def make_operator(shop: Shop, name: str) -> None:
    """A user of the order service."""
    subprocess.run(
        [sys.executable, "order_svc/manage.py", "make_user", name, "--role=operator"],
        cwd=repository,
        env={**shop.stack.environment_of("order"), "USER_PASSWORD": PASSWORD},
        check=True,
        capture_output=True,
    )


def test_the_first_key_skips_to_the_content(visit: Visit) -> None:
    """It is seen when it has the focus, and what follows is of the page."""
    page = visit("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#content') !== null")


def test_whoever_has_no_mouse_sees_where_they_are(visit: Visit) -> None:
    """Through the whole head, the theme changed on the way, without a click."""
    page = visit("/log")
    seen = list(_tabbed(page, 12))
    assert {"solid", "auto"} >= {outline for _name, outline in seen}
    assert "Orders" in [name for name, _outline in seen]
    account = page.locator("details.account > summary")
    account.focus()
    page.keyboard.press("Enter")
    theme = page.locator("select[name=theme]")
    expect(theme).to_be_visible()
    theme.focus()
    theme.select_option("dark")
    page.locator("details.account form button").first.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/log")


def _tabbed(page: Page, times: int) -> Iterator[tuple[str, str]]:
    """What has the focus after each key, and how that is shown."""
    for _ in range(times):
        page.keyboard.press("Tab")
        yield page.evaluate(NAME).strip(), page.evaluate(OUTLINE)


def test_a_page_in_korean_stays_so(visit: Visit) -> None:
    """Chosen once, in an English browser, it holds on the next page."""
    page = visit("/log")
    page.locator("details.account > summary").click()
    page.locator("select[name=language]").select_option("ko")
    page.locator("details.account form button").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.goto("/audit")
    expect(page.locator("h1")).to_have_text(IN_KOREAN)
