"""Three hundred want what there is thirty of: the rest get their money back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from tests.e2e.kinds import on_embedded, on_real
from tests.e2e.load import staffed
from tests.e2e.shop import MONITOR, STARTS, Shop

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(300)]

PRODUCT = "PROD004"
PRICE = Decimal("299.99")
SHARES = 30
BUYERS = 300
AT_ONCE = 50


@pytest.fixture(scope="module")
def contended(shop: Shop) -> Iterator[Shop]:
    """Two workers of each service, so that they contend for the same shelf."""
    with staffed(shop, 2):
        yield shop


@on_embedded
@pytest.mark.parametrize("pattern", STARTS)
def test_exactly_the_stock_is_sold_and_not_a_cent_is_lost(
    contended: Shop, pattern: str
) -> None:
    """What fits is sold, all else undone, and the money of what is sold is kept.

    Then those who got it bring it back: the shelf is as full as it was.
    """
    sell_out(contended, [pattern])


@on_real
def test_both_patterns_contend_for_the_stock(contended: Shop) -> None:
    """The same of a real database, with half of the buyers in each pattern at once."""
    sell_out(contended, list(STARTS))


def sell_out(shop: Shop, patterns: Sequence[str]) -> None:
    """Let them buy in these patterns, look at all books, and take everything back."""
    before = stock(shop)
    share = before["availableQuantity"] // SHARES
    sold, left = divmod(before["availableQuantity"], share)
    assert SHARES <= sold < BUYERS
    orders = buy(shop, patterns, share)
    shop.wait_for_the_end(120)
    books = shop.books([one for each in orders.values() for one in each], PRODUCT)
    assert books.orders == Counter(COMPLETED=sold, CANCELLED=BUYERS - sold)
    assert books.kept == sold * share * PRICE
    held = before["reservedQuantity"] + sold * share
    assert (books.available, books.reserved) == (left, held)
    orchestrated = orders.get("orchestration", [])
    completed = shop.books(orchestrated, PRODUCT).orders["COMPLETED"]
    assert +books.sagas == +Counter(
        COMPLETED=completed, COMPENSATED=len(orchestrated) - completed
    )
    assert bring_back(shop, orders) == sold
    assert stock(shop) == before


def buy(shop: Shop, patterns: Sequence[str], share: int) -> dict[str, list[str]]:
    """The orders of all buyers, by their pattern; fifty are at it at any time."""

    def wanted(pattern: str) -> list[str]:
        return shop.order_many(
            pattern,
            MONITOR,
            BUYERS // len(patterns),
            prefix="-".join([*patterns, pattern]),
            at_once=AT_ONCE // len(patterns),
            quantities=(share,),
        )

    with ThreadPoolExecutor(len(patterns)) as pool:
        return dict(zip(patterns, pool.map(wanted, patterns), strict=True))


def stock(shop: Shop) -> dict[str, int]:
    """What there is of the monitors, and what is held of them."""
    found = shop.get("inventory", f"/api/inventory/{PRODUCT}")
    return {name: found[name] for name in ("availableQuantity", "reservedQuantity")}


def bring_back(shop: Shop, orders: dict[str, list[str]]) -> int:
    """Cancel what can be cancelled; how many orders that were, once all is undone."""
    ids = [one for each in orders.values() for one in each]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: cancel(shop, one), ids))
    statuses = Counter(answers)
    assert set(statuses) <= {202, 409}
    shop.wait_for_the_end(120)
    assert shop.books(ids, PRODUCT).kept == 0
    return statuses[202]


def cancel(shop: Shop, order_id: str) -> int:
    """The status of the answer."""
    return shop.post("order", f"/api/orders/{order_id}/cancel", {}).status_code
