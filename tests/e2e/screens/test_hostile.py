"""Unkind words are text: on every page, at both widths, and they break no layout."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.e2e.screens import hostile
from tests.e2e.screens.browsing import PHONE, WIDE
from tests.e2e.screens.conftest import Check, Visit
from tests.e2e.screens.hostile import HARM, SCRIPT, TEMPLATE, WORST, Harmed
from tests.e2e.shop import LAPTOP, Shop

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def harmed(shop: Shop) -> Harmed:
    """The words in an order of each pattern, in a reason, in a dead letter."""
    return hostile.place(shop)


def pages(harmed: Harmed) -> dict[str, str]:
    """Each page that shows words of a client, and some of those it shows."""
    letter = f"/log/dead-letters/order/{harmed.letter_id}"
    written = quote(WORST)
    return {
        f"/orders/{harmed.order_id}": SCRIPT,
        f"/orders/{harmed.choreographed}": SCRIPT,
        f"/sagas/{harmed.saga_id}/cancel": harmed.order_id,
        f"/?q={hostile.LONG_ID}&status={written}": SCRIPT,
        f"/?q={written}{'y' * 2_000}": SCRIPT,
        f"/choreography?q={written}": SCRIPT,
        "/choreography": hostile.LONG_ID,
        "/": hostile.LONG_ID,
        f"/log/topics/{hostile.TOPIC}?key={hostile.KEY}": SCRIPT,
        f"/log/topics/{hostile.TOPIC}?text={quote(SCRIPT)}": SCRIPT,
        "/log/dead-letters": hostile.KEY,
        letter: SCRIPT,
        "/filters/new?status=FAILED": "",
        f"/sagas/retry?status={written}": "",
        f"/nowhere/{written}": "",
    }


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_words_are_text_everywhere(
    visit: Visit, no_sideways_scroll: Check, harmed: Harmed, size: tuple[int, int]
) -> None:
    """No script runs, no element comes of them, nothing sticks out."""
    page = visit(None, size=size, expected={400, 404})
    for path, words in pages(harmed).items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status < 500, path
        assert words in page.locator("body").inner_text(), path
        assert not page.evaluate(HARM), path
        no_sideways_scroll(page)


def test_words_are_no_template(visit: Visit, harmed: Harmed) -> None:
    """What the template language would read stands there as it was written."""
    page = visit(f"/orders/{harmed.choreographed}")
    assert TEMPLATE in page.locator("body").inner_text()


def test_what_a_person_writes_is_text_too(
    visit: Visit, shop: Shop, no_sideways_scroll: Check
) -> None:
    """The name of a filter, and the reason of an act: on the pages that show them."""
    page = visit("/filters/new?status=FAILED", size=PHONE)
    page.locator("main input[name=name]").fill(WORST[:40])
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text(SCRIPT)
    started = shop.order("orchestration", {**LAPTOP, "productName": "L"}, 5_000)
    shop.wait_for(started["orderId"])
    page.goto(f"/sagas/{started['sagaId']}/retry")
    page.get_by_label("Reason").fill(WORST[:400])
    page.get_by_role("button", name="Retry").click()
    for path in ("/audit", f"/orders/{started['orderId']}", "/"):
        page.goto(path)
        assert SCRIPT in page.locator("body").inner_text(), path
        assert not page.evaluate(HARM), path
        no_sideways_scroll(page)
