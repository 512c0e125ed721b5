"""What an operator does: seen before it happens, for a reason, and written down."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screens.browsing import PHONE
from tests.e2e.screens.conftest import Check, Visit
from tests.e2e.shop import MONITOR, MOUSE, Shop, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(150)]

TOO_MANY = 9999
SAGAS = "/api/orchestrator/sagas"


def saga_of(shop: Shop, order_id: str) -> dict[str, Any]:
    """The saga that leads the order."""
    found: dict[str, Any] = shop.get("orchestrator", f"{SAGAS}/order/{order_id}")
    return found


def reach(shop: Shop, order_id: str, status: str, attempt: int = 1) -> None:
    """Return when the order's saga has this status in this try."""

    def seen() -> tuple[str, int]:
        saga = saga_of(shop, order_id)
        return saga["status"], len(saga["retryHistory"]) + 1

    wanted = (status, attempt)
    wait_until(lambda: seen() == wanted, 40, lambda: f"{order_id} is {seen()}")


def short(shop: Shop, count: int, customer: str) -> Sequence[str]:
    """Orders that found too little stock."""
    placed = [
        shop.order("orchestration", MONITOR, TOO_MANY, customer=customer)
        for _ in range(count)
    ]
    found = [str(one["orderId"]) for one in placed]
    for order_id in found:
        reach(shop, order_id, "COMPENSATED")
    return found


def waiting(shop: Shop) -> str:
    """An order whose customer does not pay."""
    body = {
        "customerId": "waits",
        "items": [{**MOUSE, "quantity": 1}],
        "paymentMethod": "TOSS",
    }
    told = shop.post("orchestrator", "/api/orchestrator/orders", body)
    order_id = str(told.raise_for_status().json()["orderId"])
    reach(shop, order_id, "PAYMENT_PROCESSING")
    return order_id


def customer() -> str:
    """A name of one's own."""
    return f"acts-{uuid.uuid4().hex}"


def confirm(page: Page, button: str, reason: str) -> None:
    """Say why in the dialog, and do it."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_role("button", name=button, exact=True).click()


def test_one_retry_by_keys_alone_is_seen_before_it_happens(
    visit: Visit, shop: Shop, axe: Check
) -> None:
    """What it will send and move, and why it would be refused again."""
    (order_id,) = short(shop, 1, customer())
    page = visit(f"/orders/{order_id}")
    link = page.get_by_role("link", name="Retry")
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Retry the order")
    expect(dialog).to_be_visible()
    commands = dialog.locator(".outlook-words code")
    expect(commands).to_have_text(
        ["CREATE_ORDER", "PROCESS_PAYMENT", "RESERVE_INVENTORY", "COMPLETE_ORDER"]
    )
    expect(dialog).to_contain_text(f"{TOO_MANY} × PROD004")
    expect(dialog).to_contain_text("As things are, it would be refused again")
    axe(page)
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("the van has come")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toasts")).to_contain_text("is being tried again")
    reach(shop, order_id, "COMPENSATED", attempt=2)
    assert saga_of(shop, order_id)["retryHistory"][0]["result"] == "COMPENSATED"


def test_many_are_retried_as_a_job_that_tells_what_came_of_it(
    visit: Visit, shop: Shop, axe: Check, no_sideways_scroll: Check
) -> None:
    """From ticks in the list; the page changes by itself until all have ended."""
    who = customer()
    orders = short(shop, 2, who)
    page = visit(f"/?q={who}")
    for order_id in orders:
        page.get_by_role("checkbox", name=f"Select {order_id}").check()
    page.get_by_role("button", name="Retry selected").click()
    dialog = page.get_by_role("dialog", name="Retry orders")
    expect(dialog).to_contain_text("2 orders are chosen.")
    expect(dialog).to_contain_text(f"{2 * TOO_MANY} × PROD004")
    axe(page)
    confirm(page, "Retry", "restocked")
    expect(page).to_have_url(re.compile("/jobs/JOB-"))
    expect(page.get_by_text("2 of 2 had their turn")).to_be_visible(timeout=30_000)
    figure = page.locator(".figure", has_text="Compensated again")
    expect(figure).to_contain_text("2", timeout=30_000)
    expect(page.locator("#job")).not_to_have_attribute("data-live", "2")
    axe(page)
    phone = visit(page.url, size=PHONE, dark=True)
    no_sideways_scroll(phone)
    axe(phone)


@pytest.mark.parametrize("where", ["waits", "is completed"])
def test_an_order_is_cancelled_wherever_it_is(
    visit: Visit, shop: Shop, where: str
) -> None:
    """One that waits turns round; one that is completed is undone."""
    if where == "waits":
        order_id, money = waiting(shop), "if it was taken"
    else:
        order_id, money = str(shop.order("orchestration", MOUSE)["orderId"]), "$29.99"
        reach(shop, order_id, "COMPLETED")
    page = visit(f"/orders/{order_id}")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_contain_text(money)
    confirm(page, "Cancel the order", "fraud")
    expect(page.locator(".toasts")).to_contain_text("is being cancelled")

    def status() -> str:
        return str(shop.get("order", f"/api/orders/{order_id}")["status"])

    wait_until(lambda: status() == "CANCELLED", 40, status)


def test_a_choreographed_order_is_cancelled_too(visit: Visit, shop: Shop) -> None:
    """By what its services will tell each other."""
    order_id = str(shop.order("choreography", MOUSE)["orderId"])

    def status() -> str:
        return str(shop.get("order", f"/api/orders/{order_id}")["status"])

    wait_until(lambda: status() == "COMPLETED", 40, status)
    page = visit(f"/orders/{order_id}")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("dialog").locator(".outlook-words code")).to_have_text(
        ["order.cancelled", "inventory.failed", "payment.failed"]
    )
    confirm(page, "Cancel the order", "wrong size")
    wait_until(lambda: status() == "CANCELLED", 40, status)
    page.goto(f"/audit?target={order_id}")
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("wrong size")
    expect(row).to_contain_text("anonymous@127.0.0.1")


def test_the_audit_list_tells_who_did_what_and_why(
    visit: Visit, shop: Shop, axe: Check, no_sideways_scroll: Check
) -> None:
    """Of all services, narrowed by what was done and to what; with the way there."""
    (order_id,) = short(shop, 1, customer())
    saga_id = saga_of(shop, order_id)["sagaId"]
    told = shop.post("orchestrator", f"{SAGAS}/{saga_id}/retry", {"reason": "why not"})
    told.raise_for_status()
    page = visit("/audit")
    page.get_by_label("On what").fill(saga_id)
    page.locator("select[name=action]").select_option(label="Retried a saga")
    page.get_by_role("button", name="Search").click()
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("why not")
    axe(page)
    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/orders/{order_id}$"))
    phone = visit("/audit", size=PHONE, locale="ko", dark=True)
    expect(phone.locator("tbody tr").first).to_be_visible()
    no_sideways_scroll(phone)
    axe(phone)


def test_without_script_the_same_forms_are_pages(visit: Visit, shop: Shop) -> None:
    """And who ticked nothing is told so."""
    (order_id,) = short(shop, 1, customer())
    page = visit("/sagas/retry", scripts=False)
    expect(page.get_by_role("alert")).to_contain_text("No order is chosen.")
    expect(page.get_by_role("button", name="Retry", exact=True)).to_be_disabled()
    page.goto(f"/orders/{order_id}")
    page.get_by_role("link", name="Retry").click()
    page.get_by_label("Reason").fill("no script here")
    page.get_by_role("button", name="Retry", exact=True).click()
    expect(page).to_have_url(re.compile(f"/orders/{order_id}$"))
    reach(shop, order_id, "COMPENSATED", attempt=2)
