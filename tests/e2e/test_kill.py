"""Any process may be killed at any time: all orders end, and the books are right."""

from __future__ import annotations

import pytest

from tests.e2e.kinds import on_embedded, on_real
from tests.e2e.load import kill, under_load
from tests.e2e.shop import Shop

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(240)]

SERVICES = ("order", "payment", "inventory", "orchestrator")
PROCESSES = [f"{service}-{kind}" for service in SERVICES for kind in ("web", "worker")]


@on_embedded
@pytest.mark.parametrize("name", PROCESSES)
def test_killing_a_process_loses_and_doubles_nothing(shop: Shop, name: str) -> None:
    """kill -9 amid 200 orders of both patterns; the supervisor starts it again."""
    with under_load(shop, 200, name) as load:
        load.wait_for_orders(50)
        kill(shop.stack, name)
    shop.stack.wait_healthy()
    shop.wait_for_the_end(120)
    load.check_the_books()


@on_real
def test_killing_all_in_turn_loses_and_doubles_nothing(shop: Shop) -> None:
    """The same on the real components, one after the other amid 500 orders."""
    with under_load(shop, 500, "all-in-turn") as load:
        for number, name in enumerate(PROCESSES, 1):
            load.wait_for_orders(50 * number)
            kill(shop.stack, name)
    shop.stack.wait_healthy()
    shop.wait_for_the_end(120)
    load.check_the_books()
