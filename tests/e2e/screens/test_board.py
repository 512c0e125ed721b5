"""The lists as a person uses them: filter, sort, search, watch, save, by keys alone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screens.browsing import PHONE, WIDE
from tests.e2e.screens.conftest import Check, Visit
from tests.e2e.shop import MONITOR, Shop, wait_until

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.timeout(120, func_only=True),
]

CUSTOMER = f"board-{uuid.uuid4().hex}"
MINE = f"/?q={CUSTOMER[:20]}"  # as one begins
TOO_MANY = 9999
EVERY_S = 5


@dataclass(frozen=True)
class Placed:
    """The orders of one customer, by how they ended, or did not."""

    completed: Sequence[str]
    compensated: Sequence[str]
    waiting: str


@pytest.fixture(scope="module")
def placed(shop: Shop) -> Placed:
    """Two that completed, two that found no stock, one that waits for a payment."""
    completed = [order(shop, number) for number in (1, 2)]
    compensated = [order(shop, TOO_MANY) for _ in range(2)]
    for order_id in completed:
        reach(shop, order_id, "COMPLETED")
    for order_id in compensated:
        reach(shop, order_id, "COMPENSATED")
    return Placed(completed, compensated, waiting(shop))


def order(shop: Shop, quantity: int, customer: str = CUSTOMER) -> str:
    """Place an order; its id."""
    placed = shop.order("orchestration", MONITOR, quantity, customer=customer)
    return str(placed["orderId"])


def waiting(shop: Shop, customer: str = CUSTOMER) -> str:
    """Place an order whose customer does not pay; its id."""
    body = {
        "customerId": customer,
        "items": [{**MONITOR, "quantity": 1}],
        "paymentMethod": "TOSS",
    }
    answer = shop.post("orchestrator", "/api/orchestrator/orders", body)
    order_id = str(answer.raise_for_status().json()["orderId"])
    reach(shop, order_id, "PAYMENT_PROCESSING")
    return order_id


def reach(shop: Shop, order_id: str, status: str) -> None:
    """Return when the saga of the order has this status."""
    path = f"/api/orchestrator/sagas/order/{order_id}"

    def seen() -> str:
        return str(shop.get("orchestrator", path)["status"])

    wait_until(lambda: seen() == status, 30, lambda: f"{order_id} is {seen()}")


def rows(page: Page) -> list[str]:
    """The orders in the list, from the top."""
    found: list[str] = page.locator("#table tbody td .id").all_inner_texts()
    return found


def test_a_view_is_found_by_filters_and_shared_by_its_address(
    visit: Visit, placed: Placed
) -> None:
    """Two states, an order, a size of pages: all of it is in the address."""
    page = visit(MINE)
    expect(page.locator("#table tbody tr")).to_have_count(5)
    with page.expect_response(lambda answer: "COMPENSATED" in answer.url):
        page.locator(".chip[title=COMPENSATED]").click()
    with page.expect_response(lambda answer: "PAYMENT_PROCESSING" in answer.url):
        page.locator(".chip[title=PAYMENT_PROCESSING]").click()
    expect(page.locator("#table tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Total").click()
    expect(page).to_have_url(re.compile("sortBy=totalAmount"))
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Total")
    page.get_by_role("link", name="50", exact=True).click()
    expect(page).to_have_url(re.compile("limit=50"))
    expect(page.locator(".segments [aria-current]")).to_have_text("50")
    seen = rows(page)
    assert seen[2:] == [placed.waiting]
    assert sorted(seen[:2]) == sorted(placed.compensated)
    shared = visit(page.url)
    assert rows(shared) == seen
    expect(shared.locator("#s-COMPENSATED")).to_be_checked()
    expect(shared.locator("#s-COMPLETED")).not_to_be_checked()
    page.locator(".chip[title=COMPLETED]").click()
    expect(page.locator("#table tbody tr")).to_have_count(5)
    expect(page).to_have_url(re.compile("sortBy=totalAmount.*limit=50.*COMPLETED"))
    page.go_back()
    expect(page.locator("#table tbody tr")).to_have_count(3)
    page.go_back()
    expect(page).not_to_have_url(re.compile("limit=50"))
    expect(page.locator("#table tbody tr")).to_have_count(3)


def test_a_search_finds_one_order_or_says_that_there_is_none(
    visit: Visit, placed: Placed
) -> None:
    """By its id, with Enter."""
    page = visit("/")
    field = page.get_by_role("searchbox")
    field.fill(placed.completed[0])
    field.press("Enter")
    expect(page.locator("#table tbody tr")).to_have_count(1)
    assert rows(page) == [placed.completed[0]]
    expect(page).to_have_url(re.compile(f"/\\?q={placed.completed[0]}$"))
    field.fill("nobody-has-this")
    field.press("Enter")
    expect(page.locator("#empty")).to_contain_text("No order matches")
    expect(page.locator("#said")).to_have_text("No order matches")
    page.get_by_role("link", name="Clear the filters").click()
    expect(page.locator("#table tbody tr").first).to_be_visible()


def test_a_row_changes_where_it_is(visit: Visit, shop: Shop) -> None:
    """What was ticked and where one was stay as they are; none is asked for if off."""
    customer = f"live-{uuid.uuid4().hex}"
    done = order(shop, TOO_MANY, customer)
    reach(shop, done, "COMPENSATED")
    turned = waiting(shop, customer)
    page = visit(None)
    page.clock.install()
    page.goto(f"/?q={customer}")
    row = page.locator("tr", has_text=turned)
    expect(row).to_contain_text("Payment running")
    row.evaluate("row => { row.seen = true }")
    page.get_by_role("checkbox", name=f"Select {done}").check()
    row.get_by_role("link").focus()
    saga = shop.get("orchestrator", f"/api/orchestrator/sagas/order/{turned}")
    shop.post("orchestrator", f"/api/orchestrator/sagas/{saga['sagaId']}/cancel", {})
    reach(shop, turned, "COMPENSATED")
    with page.expect_response(lambda answer: "live" in answer.url):
        page.clock.fast_forward(EVERY_S * 1000 + 1000)
    expect(row).to_contain_text("Compensated")
    assert row.evaluate("row => row.seen") is True
    expect(page.get_by_role("checkbox", name=f"Select {done}")).to_be_checked()
    expect(row.get_by_role("link")).to_be_focused()
    expect(page.locator("#chosen-number")).to_have_text("1")

    asked: list[str] = []
    page.get_by_role("switch").click()
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(EVERY_S * 3000)
    assert asked == []
    page.get_by_role("switch").click()
    with page.expect_response(lambda answer: "live" in answer.url):
        page.clock.run_for(EVERY_S * 2000)


@pytest.mark.usefixtures("placed")
def test_ticking_all_ticks_what_can_be_retried(visit: Visit) -> None:
    """And the form names those sagas."""
    page = visit(MINE)
    page.get_by_role("checkbox", name="Select all").check()
    expect(page.locator("#chosen-number")).to_have_text("2")
    with page.expect_response(lambda answer: "/sagas/retry" in answer.url) as asked:
        page.get_by_role("button", name="Retry selected").click()
    assert asked.value.url.count("saga=SAGA-") == 2
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.usefixtures("placed")
def test_keys_alone_filter_save_and_delete(visit: Visit) -> None:
    """A dialog takes the focus, and a person finds the filter again."""
    page = visit(MINE)
    page.locator("#s-COMPENSATED").focus()
    with page.expect_response(lambda answer: "COMPENSATED" in answer.url):
        page.keyboard.press("Space")
    expect(page.locator("#table tbody tr")).to_have_count(2)
    expect(page.locator("#s-COMPENSATED")).to_be_focused()
    expect(page.locator("#said")).to_have_text("1 to 2 of 2")
    page.get_by_role("link", name="Save this filter").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    name = "<b>No stock</b> 🙈"
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("is saved")
    saved = page.get_by_role("navigation", name="Saved filters")
    page.goto("/")
    saved.get_by_role("link", name=name, exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("status=COMPENSATED"))
    expect(page.locator("#table tbody tr")).to_have_count(2)
    saved.get_by_role("link", name=f"Delete the filter “{name}”").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Delete").press("Enter")
    expect(page.locator(".toast")).to_contain_text("is deleted")
    expect(saved.get_by_role("link", name=name)).to_have_count(0)


@pytest.mark.parametrize(
    ("size", "locale"), [(WIDE, "en"), (PHONE, "ko")], ids=["wide", "phone"]
)
@pytest.mark.usefixtures("placed")
def test_the_lists_are_sound(
    visit: Visit,
    axe: Check,
    no_sideways_scroll: Check,
    size: tuple[int, int],
    locale: str,
) -> None:
    """On a wide window in light English, on a phone in dark Korean."""
    page = visit(MINE, size=size, locale=locale, dark=locale == "ko")
    for path in (page.url, "/choreography", "/attention", "/?status=NO&limit=3"):
        page.goto(path)
        axe(page)
        no_sideways_scroll(page)


@pytest.mark.usefixtures("placed")
def test_the_list_works_without_scripts(visit: Visit) -> None:
    """Forms and links are real."""
    page = visit(MINE, scripts=False)
    page.locator("#s-COMPENSATED").check(force=True)
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#table tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Save this filter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Save this filter")
