"""Any process may be killed at any time: all orders end, and the books are right."""

from __future__ import annotations

import pytest

from tests.e2e.load import kill, under_load
from tests.e2e.shop import Shop

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(240)]

ORDERS = 500
SERVICES = ("order", "payment", "inventory", "orchestrator")


@pytest.mark.parametrize(
    "name", [f"{service}-{kind}" for service in SERVICES for kind in ("web", "worker")]
)
def test_killing_a_process_loses_and_doubles_nothing(shop: Shop, name: str) -> None:
    """kill -9 amid 500 orders of both patterns; the supervisor starts it again."""
    with under_load(shop, ORDERS, name) as load:
        load.wait_for_orders(50)
        kill(shop.stack, name)
    shop.stack.wait_healthy()
    shop.wait_for_the_end(120)
    load.check_the_books()
