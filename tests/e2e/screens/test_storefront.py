"""The shop, as customers use it: by card and at once, in both patterns, and in vain."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from compose.local import storefront
from tests.e2e.screens.browsing import PHONE, WIDE
from tests.e2e.screens.conftest import Check, Visit
from tests.e2e.shop import Shop
from tests.e2e.toss import GOOD_CARD

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.timeout(120, func_only=True),
]

GUIDED, HAND_IN_HAND = "ORCHESTRATION", "CHOREOGRAPHY"
LISTS = {GUIDED: "/orchestration-orders", HAND_IN_HAND: "/choreography-orders"}
DECLINED_CARD = "4000-0000-0000-0002"
END_MS = 30_000
A_RECEIPT = re.compile(r"http://127\.0\.0\.1:\d+/receipts/tsb_")


def add(page: Page, name: str) -> None:
    """Put one of a product into the cart."""
    page.get_by_role("button", name=f"Add to cart: {name}").click()
    expect(page.locator("#cart").get_by_text(name, exact=True)).to_be_visible()


def order(page: Page, mode: str, method: str, customer: str = "CUST-SHOP") -> None:
    """From the cart to the order."""
    page.goto("/checkout")
    page.locator("[name=customer]").fill(customer)
    page.locator(f"[name=mode][value={mode}]").check()
    page.locator(f"[name=method][value={method}]").check()
    page.locator("form.till button.primary").click()


def pay(page: Page, card: str) -> None:
    """Enter a card in the sandbox's window."""
    page.locator("#open-window").click()
    page.locator("#card").fill(card)
    page.locator("#expiry").fill("12/34")
    page.locator("#cvc").fill("123")
    page.locator("button[name=pay]").click()


def ends(page: Page, phase: str) -> None:
    """The order's page tells the end by itself."""
    expect(page.locator(f".story-{phase}")).to_be_visible(timeout=END_MS)


@pytest.fixture
def sound(axe: Check, no_sideways_scroll: Check) -> Check:
    """Fails where a page is hard to use, or wider than its window."""

    def checked(page: Page) -> None:
        axe(page)
        no_sideways_scroll(page)

    return checked


@pytest.mark.parametrize(
    ("mode", "size", "dark"), [(GUIDED, WIDE, False), (HAND_IN_HAND, PHONE, True)]
)
def test_a_customer_pays_by_card(
    visit: Visit, sound: Check, mode: str, size: tuple[int, int], dark: bool
) -> None:
    """Shelves, cart, till, window, thanks, the end; a reload charges nothing more."""
    page = visit("/", service=storefront.SERVICE, size=size, dark=dark)
    add(page, "Mouse")
    add(page, "Headphones")
    expect(page.locator(".total strong")).to_have_text("$179.98")
    sound(page)
    order(page, mode, "TOSS")
    expect(page.locator(".pay-amount")).to_have_text("$179.98")
    sound(page)
    pay(page, GOOD_CARD)
    expect(page.locator("#paid")).to_contain_text("$179.98")
    ends(page, "done")
    sound(page)
    page.reload()
    expect(page.locator("#paid")).to_contain_text("$179.98")
    page.goto(LISTS[mode])
    first = page.locator("article.order").first
    expect(first).to_contain_text("Headphones")
    expect(first.get_by_role("link", name="Receipt")).to_have_attribute(
        "href", A_RECEIPT
    )
    sound(page)


def test_a_declined_card_can_be_made_good(visit: Visit, axe: Check) -> None:
    """The guided order is tried again, with another card; the first is not charged."""
    page = visit("/", service=storefront.SERVICE)
    add(page, "Mouse")
    order(page, GUIDED, "TOSS")
    pay(page, DECLINED_CARD)
    expect(page.locator("#why")).to_contain_text("Your card was declined")
    axe(page)
    page.get_by_role("link", name="Look at the order").click()
    ends(page, "undone")
    expect(page.locator(".story-head")).to_contain_text("Nothing has been charged.")
    page.get_by_role("link", name="Try again").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("You pay by card once more.")
    axe(page)
    dialog.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("once more")).to_be_visible()
    page.get_by_role("link", name="Pay now").click(timeout=END_MS)
    pay(page, GOOD_CARD)
    ends(page, "done")


def test_who_closes_the_window_may_cancel(visit: Visit) -> None:
    """Nothing was charged, and the order is told to be cancelled; then bought anew."""
    page = visit("/", service=storefront.SERVICE)
    add(page, "Mouse")
    order(page, HAND_IN_HAND, "TOSS")
    page.locator("#open-window").click()
    page.locator("button[name=close]").click()
    expect(page.locator("#why")).to_contain_text("You closed the payment window.")
    expect(page.get_by_role("link", name="Pay again")).to_be_visible()
    page.get_by_role("link", name="Cancel the order").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=reason]").fill("<script>alert(1)</script> \u202e🙃")
    dialog.get_by_role("button", name="Cancel the order").click()
    ends(page, "undone")
    expect(page.locator(".story-head")).to_contain_text("Nothing has been charged.")
    page.get_by_role("button", name="Order it anew").click()
    expect(page.locator(".till .line")).to_contain_text("Mouse")


@pytest.mark.parametrize("mode", [GUIDED, HAND_IN_HAND])
def test_a_shortage_gives_the_money_back(visit: Visit, mode: str) -> None:
    """The customer is warned before, and told after, that all of it is back."""
    page = visit("/", service=storefront.SERVICE)
    add(page, "Monitor")
    page.get_by_label("How many: Monitor").fill("999999")
    page.keyboard.press("Tab")
    expect(page.locator(".line-short")).to_be_visible()
    order(page, mode, "AUTO")
    ends(page, "undone")
    told = page.locator(".story-head")
    expect(told).to_contain_text("not enough of it left")
    expect(told).to_contain_text("Your money is back: all of it.")
    expect(page.locator("#step-goods")).to_have_class("step step-failed")


def test_a_completed_order_is_cancelled_in_korean_on_a_phone(
    visit: Visit, axe: Check, no_sideways_scroll: Check
) -> None:
    """Every word is Korean, and all of the money comes back."""
    page = visit("/", service=storefront.SERVICE, size=PHONE, locale="ko")
    page.get_by_role("button", name="담기: Mouse").click()
    expect(page.locator("#cart-bar")).to_contain_text("$29.99")
    order(page, GUIDED, "AUTO")
    ends(page, "done")
    no_sideways_scroll(page)
    page.get_by_role("link", name="주문 취소").click()
    page.get_by_role("dialog").get_by_role("button", name="주문 취소").click()
    ends(page, "undone")
    expect(page.locator(".story-head")).to_contain_text("전액 환불되었습니다.")
    expect(page.get_by_role("button", name="다시 시도")).to_be_disabled()
    axe(page)


def test_the_keyboard_is_enough(visit: Visit) -> None:
    """From the shelves to a completed order without a mouse; the focus is kept."""
    page = visit("/", service=storefront.SERVICE)
    mouse = page.get_by_role("button", name="Add to cart: Mouse")
    mouse.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#line-PROD002")).to_be_visible()
    expect(mouse).to_be_focused()
    page.get_by_role("link", name="To checkout").first.focus()
    page.keyboard.press("Enter")
    page.locator("[name=customer]").focus()
    page.keyboard.type("CUST-KEYS")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # charged at once
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # hand in hand
    page.keyboard.press("Enter")
    ends(page, "done")
    expect(page.locator(".facts")).to_contain_text("Hand in hand")


def test_the_shop_works_without_scripts(visit: Visit) -> None:
    """Forms are forms, and links are links."""
    page = visit("/", service=storefront.SERVICE, scripts=False)
    page.get_by_role("button", name="Add to cart: Keyboard").click()
    expect(page.locator("#line-PROD003")).to_be_visible()
    order(page, GUIDED, "AUTO")
    expect(page.locator("#progress")).to_be_visible()


def test_the_shop_answers_at_its_second_address(shop: Shop) -> None:
    """And stays there."""
    (door,) = [one for one in shop.stack.processes if one.name == storefront.DOOR]
    for port in (door.port, storefront.port(shop.stack.how.port_offset)):
        page = httpx.get(f"http://localhost:{port}/", headers={"Accept": "text/html"})
        assert page.status_code == 200 and "PROD002" in page.text
