"""The story of one order, as an operator reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screens.browsing import PHONE
from tests.e2e.screens.conftest import Check, Visit
from tests.e2e.shop import MOUSE, Shop
from tests.e2e.toss import TossShop

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(120)]

PATTERNS = ("choreography", "orchestration")
# Each says something of every message on the way to a sale.
CHAINS = {
    "choreography": ("order.created", "payment.processed", "inventory.reserved"),
    "orchestration": (
        "CREATE_ORDER",
        "PROCESS_PAYMENT",
        "RESERVE_INVENTORY",
        "COMPLETE_ORDER",
    ),
}
HOSTILE = "<script>alert(1)</script> \u202e{{ 7|add:7 }} 🦑 " + "W" * 150


@pytest.fixture
def toss(shop: Shop) -> Iterator[TossShop]:
    """Orders that their customers pay in person."""
    found = TossShop(shop)
    yield found
    found.close()


def ended(toss: TossShop, pattern: str, item: dict[str, Any]) -> str:
    """The id of an order that has come to its end."""
    order_id = str(toss.shop.order(pattern, item)["orderId"])
    toss.end_of(order_id)
    return order_id


def row_of(page: Page, words: str) -> Any:
    """The rows of the diagram that say these words."""
    return page.locator(".seq-row").filter(has_text=words)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_sale_is_told_message_by_message(
    visit: Visit, toss: TossShop, axe: Check, no_sideways_scroll: Check, pattern: str
) -> None:
    """In lanes on a desk, as a list on a phone; each message is there whole."""
    order_id = ended(toss, pattern, MOUSE)
    page = visit(f"/orders/{order_id}")
    expect(page.locator(".story-status")).to_contain_text("Completed")
    for name in CHAINS[pattern]:
        expect(row_of(page, name).first).to_be_visible()
    expect(page.locator(".is-to-come")).to_have_count(1)  # the legend's
    expect(page.locator("[data-live]")).to_have_count(0)
    first = CHAINS[pattern][0]
    row_of(page, first).get_by_role("link").first.click()
    message = page.locator(".story-raw-body:target, .story-raw-body:has(:target)")
    expect(message.get_by_text(f'"orderId": "{order_id}"')).to_be_visible()
    axe(page)
    no_sideways_scroll(page)
    phone = visit(f"/orders/{order_id}", size=PHONE)
    expect(phone.locator(".seq-head")).to_be_hidden()
    expect(row_of(phone, first).locator(".seq-way").first).to_be_visible()
    axe(phone)
    no_sideways_scroll(phone)


def test_an_order_that_was_undone_says_why_and_what_can_be_done(
    visit: Visit, toss: TossShop, axe: Check
) -> None:
    """The refusal, each undo, and a button that does nothing with its reason."""
    order_id = ended(toss, "orchestration", {**MOUSE, "price": 1.5})
    page = visit(f"/orders/{order_id}", dark=True)
    expect(page.locator(".story-status")).to_contain_text("Compensated")
    refused = row_of(page, "RESERVE_INVENTORY.FAILED")
    expect(refused).to_contain_text("PRICE_MISMATCH")
    expect(page.locator(".seq-row.tone-undone.shape-command")).to_have_count(2)
    expect(page.get_by_role("link", name="Retry…")).to_be_visible()
    cancel = page.get_by_role("button", name="Cancel…")
    expect(cancel).to_be_disabled()
    why = "No cancel: It has failed: there is nothing left to cancel."
    expect(cancel).to_have_accessible_description(why)
    axe(page)


def test_an_order_comes_to_its_end_under_the_reader_s_eyes(
    visit: Visit, toss: TossShop, axe: Check, no_sideways_scroll: Check
) -> None:
    """What was to come happens, without a reload, and what is open stays open."""
    order_id = toss.order("orchestration")
    page = visit(f"/orders/{order_id}")
    coming = page.locator(".seq-row.is-to-come")
    expect(coming.filter(has_text="pays in Toss's window")).to_be_visible()
    expect(coming.filter(has_text="COMPLETE_ORDER")).to_have_count(2)
    expect(page.locator(".seq-head")).to_contain_text("Toss")
    axe(page)
    no_sideways_scroll(page)
    history = page.locator("details", has_text="Its history")
    history.locator("summary").click()
    toss.confirm_surely(toss.pay(order_id))
    expect(page.locator(".story-status")).to_contain_text("Completed", timeout=20_000)
    expect(coming).to_have_count(0)
    expect(row_of(page, "DONE")).to_be_visible()
    expect(history).to_have_attribute("open", "")
    expect(page.locator("[data-live]")).to_have_count(0)
    expect(page.get_by_text("Toss's own record")).to_be_visible()


@pytest.mark.parametrize("size", [None, PHONE])
def test_what_a_customer_writes_is_text_and_breaks_nothing(
    visit: Visit, toss: TossShop, no_sideways_scroll: Check, size: Any
) -> None:
    """A product's name and the reason of a cancel, in the languages of both."""
    order_id = ended(toss, "choreography", {**MOUSE, "productName": HOSTILE})
    path = f"/api/orders/{order_id}/cancel"
    toss.shop.post("order", path, {"reason": HOSTILE}).raise_for_status()
    how = {"size": size} if size else {}
    page = visit(f"/orders/{order_id}", locale="ko", **how)
    told = page.locator(".seq-detail", has_text="{{ 7|add:7 }}").first
    expect(told).to_be_visible()
    expect(page.locator("script", has_text="alert")).to_have_count(0)
    no_sideways_scroll(page)
