"""The event log and its dead letters, as an operator looks at them."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.screens.browsing import PHONE
from tests.e2e.screens.conftest import Check, Visit
from tests.e2e.shop import MOUSE, Shop, wait_until
from tests.e2e.test_foreign import letters, publish

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(180)]

HOSTILE = '<img src=x onerror=alert(1)>"\u202e\u0645 🦑 ' + "W" * 10_000
PAGES = ("/log", "/log/groups", "/log/topics/order.created", "/log/dead-letters")


def dead_letter(shop: Shop, value: bytes = b"\x00\xff garbage") -> str:
    """The key of a record that two services have put aside: they cannot read it."""
    key = f"log-{uuid4().hex[:12]}"
    publish(shop, "order.created", value, key)

    def is_there() -> bool:
        return all(letters(shop, service, key) for service in ("order", "payment"))

    wait_until(is_there, 20, lambda: f"no letter of {key}")
    return key


def test_an_operator_sees_how_the_log_is(visit: Visit, shop: Shop, axe: Check) -> None:
    """Brokers, topics and groups; from there to what they consist of."""
    shop.wait_for(shop.order("choreography", MOUSE)["orderId"])
    page = visit("/log")
    topics = page.locator("section", has=page.get_by_role("heading", name="Topics"))
    expect(topics.get_by_role("link", name="orchestrator.saga")).to_be_visible()
    groups = page.locator("tr#row-order-service-group")
    expect(groups).to_contain_text("Up to date")
    axe(page)
    page.get_by_role("link", name="Consumer groups").click()
    group = page.locator("#group-order-service-group")
    expect(group).to_contain_text("order-worker-1")
    group.locator("summary").click()
    expect(group.locator("details table tbody tr").first).to_be_visible()
    axe(page)


def test_messages_come_in_live_and_lead_to_their_story(
    visit: Visit, shop: Shop, axe: Check
) -> None:
    """Without a click, and what is open stays so; each has its content and headers."""
    page = visit("/log/topics/order.created")
    order_id = shop.order("choreography", MOUSE)["orderId"]
    row = page.locator("tr", has_text=order_id)
    expect(row).to_be_visible(timeout=15_000)
    row.get_by_role("link", name=re.compile("·")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f'"orderId": "{order_id}"')
    expect(dialog).to_contain_text("ce_type")
    axe(page)
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(row.get_by_role("link", name=re.compile("·"))).to_be_focused()
    row.get_by_role("link", name=order_id).click()
    expect(page).to_have_url(re.compile(f"/orders/{order_id}$"))


def test_messages_are_found_and_paged(visit: Visit, shop: Shop) -> None:
    """By text, by key and by offset; an address can be shared."""
    ids = [shop.order("choreography", MOUSE)["orderId"] for _ in range(2)]
    page = visit("/log/topics/order.created")
    page.get_by_label("Text").fill(ids[0].lower())
    page.get_by_role("button", name="Find").click()
    rows = page.locator("#live table").first.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(ids[0])
    page.get_by_role("link", name="Clear").click()
    page.get_by_label("Key").fill(ids[1])
    page.get_by_role("button", name="Find").click()
    expect(rows).to_contain_text(ids[1])
    expect(page.locator("#live")).to_contain_text("This key belongs into partition")
    place = rows.get_by_role("link", name=re.compile("·")).inner_text()
    partition, offset = place.split(" · ")
    page.goto(f"/log/topics/order.created?partition={partition}&offset={offset}")
    expect(rows.first).to_contain_text(ids[1])


def test_a_dead_letter_is_redriven_and_discarded(
    visit: Visit, shop: Shop, axe: Check
) -> None:
    """Asked about first; what came of it is said, and is in the audit trail."""
    page = visit(f"/log/dead-letters?key={dead_letter(shop)}")
    rows = page.locator("#letters tbody tr")
    expect(rows).to_have_count(2)
    axe(page)
    page.get_by_role("button", name="Redrive ticked").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Tick the letters in the list first.")
    page.keyboard.press("Escape")
    page.get_by_role("checkbox", name="Tick all").check()
    page.get_by_role("button", name="Redrive ticked").click()
    expect(dialog).to_contain_text("These 2 messages are handed to their services")
    axe(page)
    dialog.get_by_label("Reason").fill("see if it was a mood")
    dialog.get_by_role("button", name="Redrive").click()
    expect(page.locator(".toasts")).to_contain_text("2 letters failed again")
    page.locator("tr", has_text="payment").get_by_role("link").first.click()
    expect(page.locator("pre").first).to_contain_text("67 61 72 62 61 67 65")
    axe(page)
    page.get_by_role("link", name="Discard").click()
    expect(dialog).to_contain_text("put aside for good")
    dialog.get_by_role("button", name="Discard").click()
    expect(dialog).to_be_visible()  # a reason is required
    dialog.get_by_label("Reason").fill("not ours")
    dialog.get_by_role("button", name="Discard").click()
    expect(page.locator(".toasts")).to_contain_text("1 letter was put aside")
    expect(page.get_by_role("button", name="Redrive")).to_be_disabled()
    trail = shop.rows("payment", "/api/audit", action="letter.discard")
    assert "not ours" in [row["reason"] for row in trail]


@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_a_phone_whatever_is_in_the_log(
    visit: Visit, shop: Shop, axe: Check, no_sideways_scroll: Check, path: str
) -> None:
    """Hostile text is text, and makes nothing wider; in Korean and in the dark."""
    if path == PAGES[-1]:
        dead_letter(shop, HOSTILE.encode())
    page = visit(path, size=PHONE, dark=True, locale="ko")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.locator("img")).to_have_count(0)
    no_sideways_scroll(page)
    axe(page)


def test_letters_can_be_handled_by_keyboard_alone(visit: Visit, shop: Shop) -> None:
    """And without scripts, where a dialog is a page."""
    key = dead_letter(shop)
    page = visit(f"/log/dead-letters?key={key}&service=order", scripts=False)
    box = page.get_by_role("checkbox", name=f"{key} in order")
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    page.get_by_role("button", name="Discard ticked").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/log/dead-letters/discard"))
    page.get_by_label("Reason").fill("by hand")
    page.get_by_role("button", name="Discard").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toasts")).to_contain_text("1 letter was put aside")
    expect(page.locator("#letters")).to_contain_text("Discarded")
