"""Any process may be killed at any time: all orders end, and the books are right."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from tests.e2e.shop import KEYBOARD, Shop, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(240)]

ORDERS = 500
PRICE = Decimal("79.99")
SERVICES = ("order", "payment", "inventory", "orchestrator")


@pytest.mark.parametrize(
    "name", [f"{service}-{kind}" for service in SERVICES for kind in ("web", "worker")]
)
def test_killing_a_process_loses_and_doubles_nothing(shop: Shop, name: str) -> None:
    """kill -9 amid 500 orders of both patterns; the supervisor starts it again.

    The stock lasts for some of the eight tests; in the others all is compensated.
    """
    before = shop.get("inventory", "/api/inventory/PROD003")
    begun = shop.count("order", "/api/orders")
    with ThreadPoolExecutor(2) as pool:
        halves = [
            pool.submit(
                shop.order_many,
                pattern,
                KEYBOARD,
                ORDERS // 2,
                prefix=f"{name}-{pattern}",
            )
            for pattern in ("orchestration", "choreography")
        ]
        wait_until(
            lambda: shop.count("order", "/api/orders") > begun + 50,
            60,
            lambda: "the orders do not get under way",
        )
        killed = shop.stack.pid_of(name)
        os.kill(killed, signal.SIGKILL)
        orders = [order_id for half in halves for order_id in half.result()]
    shop.stack.wait_healthy()
    assert shop.stack.pid_of(name) != killed
    shop.wait_for_the_end(120)
    _check_the_books(shop, orders, before["availableQuantity"])


def _check_the_books(shop: Shop, orders: list[str], available: int) -> None:
    assert len(set(orders)) == ORDERS
    books = shop.books(orders, "PROD003")
    sold = min(ORDERS, available)
    assert books.orders["COMPLETED"] == sold
    assert books.orders["CANCELLED"] == ORDERS - sold
    assert sum(books.orders.values()) == ORDERS
    assert sum(books.sagas.values()) == ORDERS // 2
    assert books.kept == sold * PRICE
    assert books.available == available - sold
