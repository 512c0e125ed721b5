"""Whatever dies between the click and the end: Toss's books and ours agree."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from compose.local.backing import EMBEDDED
from tests.e2e.faults import times_left, turn_off_all, turn_on, wait_until_used_up
from tests.e2e.kinds import in_both_patterns, on_embedded
from tests.e2e.load import kill
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
# Where the database or the log has just been told, or is about to be.
CRASHES_AROUND_A_COMMIT = [
    "payment.after-intent",
    "toss.after-answer",
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


@in_both_patterns
def test_a_crash_at_every_point_and_customers_who_are_gone(
    toss: TossShop, pattern: str
) -> None:
    """Nobody asks again: the sweep finds every intent, whatever died after it."""
    embedded = toss.shop.stack.how.kind == EMBEDDED
    points = CRASHES if embedded else CRASHES_AROUND_A_COMMIT
    windows = [toss.pay(toss.order(pattern)) for _ in points]
    with no_sweep(toss.shop):  # it would meet the faults that are for the web process
        for point, window in zip(points, windows, strict=True):
            crash(toss, point, window)
    check_all_paid(toss, windows)


@on_embedded
@pytest.mark.parametrize("point", ["payment.after-intent", "toss.after-answer"])
def test_a_crash_and_a_customer_who_asks_again(toss: TossShop, point: str) -> None:
    """Whoever asks again hears of the one charge there is."""
    windows = [toss.pay(toss.order(pattern)) for pattern in PATTERNS]
    for window in windows:
        crash(toss, point, window)
    answers = [toss.confirm_surely(window) for window in windows]
    assert {one.status_code for one in answers} == {200}
    check_all_paid(toss, windows)


@on_embedded
@pytest.mark.parametrize("point", FAILURES)
def test_a_failure_at_a_point(toss: TossShop, point: str) -> None:
    """Not reached, no answer, not saved: the customer has paid once all the same."""
    windows = []
    for pattern in PATTERNS:
        window = toss.pay(toss.order(pattern))
        fault = turn_on(toss.shop, point, "fail", times=1)
        assert toss.confirm_surely(window).status_code == 200
        assert times_left(toss.shop, fault) == 0, "the fault never struck"
        windows.append(window)
    check_all_paid(toss, windows)


@in_both_patterns
def test_the_database_fails_after_toss(toss: TossShop, pattern: str) -> None:
    """tossPaymentData goes round, the payment's document is ensured, the order ends."""
    window = toss.pay(toss.order(pattern))
    fault = turn_on(toss.shop, "payment.save", "fail", times=2)
    toss.confirm_surely(window)
    assert times_left(toss.shop, fault) == 0, "the fault never struck"
    check_all_paid(toss, [window])


@on_embedded
@pytest.mark.parametrize("card", [SLOW_CARD, LOST_CARD])
def test_no_answer_to_a_charge(toss: TossShop, card: str) -> None:
    """It takes longer than we wait, or is lost; what Toss did is read back."""
    windows = [toss.pay(toss.order(pattern), card) for pattern in PATTERNS]
    for window in windows:
        assert toss.confirm_surely(window).status_code == 200
    check_all_paid(toss, windows)


@on_embedded
def test_killed_in_the_midst_of_the_call(toss: TossShop) -> None:
    """kill -9 while Toss works on the charge, in both patterns."""
    windows = [toss.pay(toss.order(pattern), SLOW_CARD) for pattern in PATTERNS]
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(toss.confirm, window) for window in windows]
        for window in windows:
            toss.wait_for_charge(window.order_id)
        kill(toss.shop.stack, "payment-web")
        for call in calls:
            assert cut_off_or_status(call) in {"cut off", "202"}
    toss.shop.stack.wait_healthy()
    check_all_paid(toss, windows)


def cut_off_or_status(call: Future[httpx.Response]) -> str:
    """What a confirm came to; a slow machine gives Toss up before the kill comes."""
    try:
        return str(call.result().status_code)
    except httpx.TransportError:
        return "cut off"


@on_embedded
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


@contextmanager
def no_sweep(shop: Shop) -> Iterator[None]:
    """The payment service has no worker, until all that can be done without is."""
    shop.stack.supervisor.stop("payment-worker")
    try:
        yield
    finally:
        shop.stack.supervisor.start("payment-worker")
        shop.stack.wait_healthy()


def crash(toss: TossShop, point: str, window: Window) -> None:
    """A customer pays, and the process dies at this point; it is there again."""
    fault = turn_on(toss.shop, point, "crash", times=1)
    with pytest.raises(httpx.TransportError):
        toss.confirm(window)
    # Asked again and again until the next process answers.
    wait_until_used_up(toss.shop, fault)
    if point == "payment.before-intent":
        # Nothing is known of this click: only the customer can say it again.
        assert toss.confirm_surely(window).status_code == 200


def check_all_paid(toss: TossShop, windows: Sequence[Window]) -> None:
    """Each order completes, charged once, and the books of Toss and ours agree."""
    for window in windows:
        assert toss.end_of(window.order_id) == "COMPLETED", window
        done = [one for one in toss.charges(window.order_id) if one["status"] == 200]
        assert sum(not one["replayed"] for one in done) <= 1, done
    toss.check([window.order_id for window in windows])


def _windows(toss: TossShop, count: int) -> list[Window]:
    def one(number: int) -> Window:
        return toss.pay(toss.order(PATTERNS[number % 2]))

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(count)))
