"""Whatever dies between the click and the end: Toss's books and ours agree."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.e2e.faults import times_left, turn_off_all, turn_on
from tests.e2e.shop import STARTS, Shop
from tests.e2e.toss import TossShop, Window, at_toss

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(300)]

PATTERNS = list(STARTS)
SLOW_CARD = "4000-0000-0000-3220"
LOST_CARD = "4000-0000-0000-0341"
CRASHES = [
    "payment.before-intent",
    "payment.after-intent",
    "toss.before-call",
    "toss.after-answer",
    "payment.before-save",
    "payment.save",
    "payment.after-save",
    "payment.before-publish",
]
FAILURES = ["toss.before-call", "toss.after-answer", "payment.before-save"]


@pytest.fixture
def toss(shop: Shop) -> Iterator[TossShop]:
    """Toss's sandbox beside the shop, and no fault on."""
    turn_off_all(shop)
    with at_toss(shop) as found:
        yield found
    turn_off_all(shop)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("point", CRASHES)
def test_a_crash_at_a_point(toss: TossShop, point: str, pattern: str) -> None:
    """The process is gone there; the customer asks again, and has paid once."""
    order_id = toss.order(pattern)
    window = toss.pay(order_id)
    fault = turn_on(toss.shop, point, "crash", times=1)
    assert toss.confirm_surely(window).status_code == 200
    assert toss.end_of(order_id) == "COMPLETED"
    toss.check([order_id])
    assert times_left(toss.shop, fault) == 0, "the fault never struck"


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("point", CRASHES)
def test_a_crash_and_a_customer_who_is_gone(
    toss: TossShop, point: str, pattern: str
) -> None:
    """Nobody asks again: the sweep, or the deadline, brings it to an end."""
    order_id = toss.order(pattern)
    window = toss.pay(order_id)
    fault = turn_on(toss.shop, point, "crash", times=1)
    with pytest.raises(httpx.TransportError):
        toss.confirm(window)
    if point == "payment.before-intent":
        # Nothing is known of the customer's click; the order can still be paid.
        toss.shop.stack.wait_healthy()
        assert toss.confirm_surely(window).status_code == 200
    assert toss.end_of(order_id) == "COMPLETED"
    toss.check([order_id])
    assert times_left(toss.shop, fault) == 0, "the fault never struck"


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("point", FAILURES)
def test_a_failure_at_a_point(toss: TossShop, point: str, pattern: str) -> None:
    """Not reached, no answer, not saved: the customer has paid once all the same."""
    order_id = toss.order(pattern)
    window = toss.pay(order_id)
    fault = turn_on(toss.shop, point, "fail", times=1)
    assert toss.confirm_surely(window).status_code == 200
    assert toss.end_of(order_id) == "COMPLETED"
    toss.check([order_id])
    assert times_left(toss.shop, fault) == 0, "the fault never struck"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_database_fails_after_toss(toss: TossShop, pattern: str) -> None:
    """tossPaymentData goes round, the payment's document is ensured, the order ends."""
    order_id = toss.order(pattern)
    window = toss.pay(order_id)
    turn_on(toss.shop, "payment.save", "fail", times=2)
    toss.confirm_surely(window)
    assert toss.end_of(order_id) == "COMPLETED"
    toss.check([order_id])


@pytest.mark.parametrize("card", [SLOW_CARD, LOST_CARD])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_killed_or_cut_off_during_the_call(
    toss: TossShop, pattern: str, card: str
) -> None:
    """The answer never comes; what Toss did is read back."""
    order_id = toss.order(pattern)
    window = toss.pay(order_id, card)
    assert toss.confirm_surely(window).status_code == 200
    assert toss.end_of(order_id) == "COMPLETED"
    assert len([one for one in toss.charges(order_id) if one["status"] == 200]) <= 1
    toss.check([order_id])


def test_toss_is_down_for_a_minute_under_two_hundred_orders(toss: TossShop) -> None:
    """All end well after it, and nobody knocked more than the backoff allows."""
    windows = _windows(toss, 200)
    begun = max((one["id"] for one in toss.requests()), default=0)
    toss.behave(path="*", action="fail", status=503, code="COMMON_ERROR")
    down_at = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(toss.confirm, windows))
    while (left := 60 - (time.monotonic() - down_at)) > 0:
        time.sleep(min(left, 1))  # the minute itself is what is tested
    toss.behave_well()
    for window in windows:
        assert toss.end_of(window.order_id, 120) == "COMPLETED"
    toss.check([window.order_id for window in windows])
    calls = toss.requests(since=str(begun))
    of_one = [
        sum(one["orderId"] == window.order_id for one in calls) for window in windows
    ]
    # Within a minute: 1, 2, 4, 8, 16, 30 seconds apart, each a look and a charge.
    assert max(of_one) <= 16, sorted(of_one)[-5:]


def _windows(toss: TossShop, count: int) -> list[Window]:
    def one(number: int) -> Window:
        return toss.pay(toss.order(PATTERNS[number % 2]))

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(count)))
