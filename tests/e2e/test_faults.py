"""Faults turned on at a running stack strike as often as they were to, and mend."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.e2e import faults
from tests.e2e.kinds import in_both_patterns
from tests.e2e.load import under_load
from tests.e2e.shop import MOUSE, Shop

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(240)]

ORDERS = 150
# (point, action, what else is said)
MISHAPS = (
    ("order.reply-lost", "fail", {"times": 5}),
    ("payment.handle", "crash", {"times": 2}),
    ("payment.before-publish", "crash", {"times": 1}),
    ("inventory.handle", "fail", {"times": 3}),
    ("inventory.duplicate", "fail", {"times": 20}),
    ("orchestrator.handle", "slow", {"times": 3, "seconds": 0.5}),
    ("orchestrator.reply-lost", "fail", {"times": 5}),
)


def test_orders_survive_all_faults_at_once(shop: Shop) -> None:
    """Crashes, losses, repeats and delays amid orders of both patterns; books right."""
    for_long = {"durationSeconds": 200, "reason": "test_faults"}
    try:
        turned_on = [
            faults.turn_on(shop, point, action, **said, **for_long)
            for point, action, said in MISHAPS
        ]
        with under_load(shop, ORDERS, "faults") as load:
            crash = faults.turn_on(shop, "order.request", "crash", times=1, **for_long)
            for fault in (*turned_on, crash):
                faults.wait_until_used_up(shop, fault)
        shop.stack.wait_healthy()
        shop.wait_for_the_end(120)
        load.check_the_books()
    finally:
        faults.turn_off_all(shop)


@in_both_patterns
@pytest.mark.parametrize("point", ["payment.decline", "inventory.no-stock"])
def test_a_refusal_that_was_turned_on_is_undone(
    shop: Shop, point: str, pattern: str
) -> None:
    """One order is refused and costs nothing; the next one completes."""
    with faults.turned_on(shop, point, "fail", times=1) as fault:
        refused = shop.order(pattern, MOUSE)["orderId"]
        faults.wait_until_used_up(shop, fault)
        shop.wait_for_the_end()
        good = shop.order(pattern, MOUSE)["orderId"]
        shop.wait_for_the_end()
    statuses = shop.books([refused], "PROD002").orders
    assert set(statuses) <= {"CANCELLED", "FAILED"}
    assert shop.books([refused], "PROD002").kept == Decimal(0)
    assert shop.books([good], "PROD002").orders == {"COMPLETED": 1}
