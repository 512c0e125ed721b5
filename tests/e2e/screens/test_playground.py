"""A person lets something go wrong, sends orders, and sees both patterns recover."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screens.browsing import PHONE
from tests.e2e.screens.conftest import Check, Visit

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

RECOVERED_MS = 90_000
STORY = re.compile(r"/orders/ORD-[0-9a-f]{32}$")


def turn_on(page: Page, words: str) -> None:
    """Press the preset of this name."""
    page.get_by_role("button", name=words).click()
    expect(page.get_by_role("status").first).to_contain_text("on.")


def send(page: Page, total: int) -> None:
    """Send so many orders in both patterns in turn."""
    page.get_by_label("How many (1").fill(str(total))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page).to_have_url(re.compile("/playground/runs/PLAY-.*#board"))


def test_both_patterns_recover_side_by_side(
    visit: Visit, axe: Check, no_sideways_scroll: Check
) -> None:
    """Half of the paid orders find no stock: their money goes back, to the cent."""
    page = visit("/playground", service="orchestrator")
    turn_on(page, "Every second time the shelf is empty")
    on = page.locator("#faults-on")
    expect(on).to_contain_text("Nothing in stock")
    expect(on).to_contain_text(" left")
    send(page, 20)
    for pattern in ("orchestration", "choreography"):
        tiles = page.locator(f"#column-{pattern} .tile")
        expect(tiles).to_have_count(10)
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text("Nothing lost", timeout=RECOVERED_MS)
    expect(verdict).to_contain_text("All 20 orders have ended")
    assert page.locator("#board[data-live]").count() == 0
    axe(page)
    no_sideways_scroll(page)
    page.get_by_role("button", name="Turn all off").click()
    expect(page.locator("#faults-none")).to_be_visible()
    page.locator("#column-choreography a.tile").first.click()
    expect(page).to_have_url(STORY)


def test_a_crash_is_watched_on_a_phone(
    visit: Visit, axe: Check, no_sideways_scroll: Check
) -> None:
    """The worker dies with money charged and nobody told; a reload loses nothing."""
    page = visit("/playground", size=PHONE, dark=True)
    page.get_by_text("A fault of your own").click()
    page.get_by_label("What, and in which service").select_option("crash-after:payment")
    page.get_by_label("At most so many times").fill("1")
    page.get_by_role("button", name="Turn on", exact=True).click()
    expect(page.locator("#faults-on")).to_contain_text("1 more time")
    send(page, 6)
    expect(page.locator("#board")).to_be_in_viewport()
    no_sideways_scroll(page)
    axe(page)
    page.reload()
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text("All 6 orders have ended", timeout=RECOVERED_MS)
    # It struck, and is therefore off.
    expect(page.locator("#faults-none")).to_be_visible()


def test_without_scripts_and_in_korean(visit: Visit, no_sideways_scroll: Check) -> None:
    """Buttons are buttons of forms; what is live is as of the last look."""
    page = visit("/playground", scripts=False, locale="ko", size=PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("실험실")
    no_sideways_scroll(page)
    page.get_by_role("button", name="재고 서비스가 느림").click()
    expect(page.locator("#faults-on")).to_contain_text("서비스가 느림")
    page.get_by_role("button", name="모두 끄기").click()
    expect(page.locator("#faults-none")).to_be_visible()
