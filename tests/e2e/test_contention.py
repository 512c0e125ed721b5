"""Three hundred want what there is thirty of: the rest get their money back."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from compose.local.backing import STACKS
from tests.e2e.conftest import OpenShop
from tests.e2e.shop import MONITOR

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(180)]

STOCK = 30
BUYERS = 300
PRICE = Decimal("299.99")
OFFSETS = {"choreography": 20, "orchestration": 40}


@pytest.mark.parametrize("kind", list(STACKS))
@pytest.mark.parametrize("pattern", ["choreography", "orchestration"])
def test_exactly_the_stock_is_sold_and_not_a_cent_is_lost(
    open_shop: OpenShop, pattern: str, kind: str
) -> None:
    """30 completed, 270 undone, the money of the 30 is kept, nothing is left.

    Two workers of each service, so that they contend for the same shelf.
    """
    with open_shop(offset=OFFSETS[pattern], kind=kind, workers=2) as shop:
        orders = shop.order_many(pattern, MONITOR, BUYERS, prefix="crowd", at_once=50)
        shop.wait_for_the_end(120)
        books = shop.books(orders, "PROD004")
    assert books.orders == Counter(COMPLETED=STOCK, CANCELLED=BUYERS - STOCK)
    assert books.kept == STOCK * PRICE
    assert (books.available, books.reserved) == (0, STOCK)
    if pattern == "orchestration":
        assert books.sagas == Counter(COMPLETED=STOCK, COMPENSATED=BUYERS - STOCK)
