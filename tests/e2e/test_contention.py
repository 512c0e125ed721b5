"""Three hundred want what there is thirty of: the rest get their money back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.e2e.load import staffed
from tests.e2e.shop import MONITOR, Shop

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(300)]

PRODUCT = "PROD004"
PRICE = Decimal("299.99")
SHARES = 30
BUYERS = 300


@pytest.fixture(scope="module")
def contended(shop: Shop) -> Iterator[Shop]:
    """Two workers of each service, so that they contend for the same shelf."""
    with staffed(shop, 2):
        yield shop


@pytest.mark.parametrize("pattern", ["choreography", "orchestration"])
def test_exactly_the_stock_is_sold_and_not_a_cent_is_lost(
    contended: Shop, pattern: str
) -> None:
    """What fits is sold, all else undone, and the money of what is sold is kept.

    Then those who got it bring it back: the shelf is as full as it was.
    """
    before = stock(contended)
    share = before["availableQuantity"] // SHARES
    sold, left = divmod(before["availableQuantity"], share)
    assert SHARES <= sold < BUYERS
    orders = contended.order_many(
        pattern, MONITOR, BUYERS, prefix=pattern, at_once=50, quantities=(share,)
    )
    contended.wait_for_the_end(120)
    books = contended.books(orders, PRODUCT)
    assert books.orders == Counter(COMPLETED=sold, CANCELLED=BUYERS - sold)
    assert books.kept == sold * share * PRICE
    held = before["reservedQuantity"] + sold * share
    assert (books.available, books.reserved) == (left, held)
    if pattern == "orchestration":
        assert books.sagas == Counter(COMPLETED=sold, COMPENSATED=BUYERS - sold)
    assert bring_back(contended, orders) == sold
    assert stock(contended) == before


def stock(shop: Shop) -> dict[str, int]:
    """What there is of the monitors, and what is held of them."""
    found = shop.get("inventory", f"/api/inventory/{PRODUCT}")
    return {name: found[name] for name in ("availableQuantity", "reservedQuantity")}


def bring_back(shop: Shop, orders: list[str]) -> int:
    """Cancel what can be cancelled; how many orders that were, once all is undone."""
    path = "/api/orders/{}/cancel"
    answers = [shop.post("order", path.format(order), {}) for order in orders]
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {202, 409}
    shop.wait_for_the_end(120)
    assert shop.books(orders, PRODUCT).kept == 0
    return statuses[202]
