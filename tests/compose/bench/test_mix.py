"""Which orders the bench sends."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from common.contracts.money import KRW, USD
from compose.bench.mix import (
    Kind,
    Planned,
    bodies,
    kinds,
    plan,
    proceeds,
    sold,
    stock_scale,
    too_little,
)
from compose.scenarios.shop import Line, Stock

STOCK = {
    "A": Stock(10, 0, Decimal("9.99"), "Apple"),
    "B": Stock(4, 1, Decimal("5.00"), "Bean"),
}


def test_failures_are_spread_evenly_and_taken_in_turn() -> None:
    """A fifth of ten: one shortage, one decline, five orders apart."""
    found = kinds(10, 20)
    assert [index for index, kind in enumerate(found) if kind != Kind.SALE] == [4, 9]
    assert (found[4], found[9]) == (Kind.SHORTAGE, Kind.DECLINE)


@given(st.integers(1, 500), st.floats(0, 100))
def test_the_share_is_exact(orders: int, percent: float) -> None:
    """As many fail as the share says, shortages at most one more than declines."""
    count = Counter(kinds(orders, percent))
    assert count.total() == orders
    assert orders - count[Kind.SALE] == round(orders * percent / 100)
    assert count[Kind.SHORTAGE] - count[Kind.DECLINE] in {0, 1}


def test_sales_go_round_the_products_and_failures_can_only_fail() -> None:
    """A shortage asks for one more than there is; a decline has the magic total."""
    wanted = [Kind.SALE, Kind.SALE, Kind.SHORTAGE, Kind.DECLINE]
    assert plan(wanted, STOCK, USD) == [
        Planned(Kind.SALE, Line("A", 1, Decimal("9.99"), "Apple")),
        Planned(Kind.SALE, Line("B", 1, Decimal("5.00"), "Bean")),
        Planned(Kind.SHORTAGE, Line("B", 5, Decimal("5.00"), "Bean")),
        Planned(Kind.DECLINE, Line("A", 1, Decimal("4000.02"), "Apple")),
    ]


def test_a_decline_has_the_magic_total_of_its_currency() -> None:
    """In won it is another number, and a whole one on the wire."""
    (order,) = plan([Kind.DECLINE], STOCK, KRW)
    assert order.line.price == Decimal(4_000_002)
    assert json.loads(bodies([order], "C1")[0])["items"][0]["price"] == 4_000_002


def test_orders_alike_share_their_bytes() -> None:
    """The request is made once for each different order."""
    found = bodies(plan([Kind.SALE] * 4, STOCK, USD), "C1")
    assert found[0] is found[2]
    assert json.loads(found[0]) == {
        "customerId": "C1",
        "items": [
            {"productId": "A", "productName": "Apple", "quantity": 1, "price": 9.99}
        ],
    }


def test_only_sales_take_stock_and_bring_money() -> None:
    """Two sales of A and one of B; the others count for nothing."""
    planned = plan([Kind.SALE, Kind.SALE, Kind.SALE, Kind.SHORTAGE], STOCK, USD)
    assert sold(planned) == {"A": 2, "B": 1}
    assert proceeds(planned) == Decimal("24.98")


def test_too_little_stock_is_said_before_anything_is_sent() -> None:
    """The product, what is there, what is needed, and what to do."""
    assert too_little(plan([Kind.SALE] * 8, STOCK, USD), STOCK) == ""
    text = too_little(plan([Kind.SALE] * 10, STOCK, USD), STOCK)
    assert text.startswith("Too little stock of B (4 there, 5 needed): send fewer")


def test_no_stock_at_all_is_said() -> None:
    """An empty inventory is not a division by zero."""
    assert too_little([], {}).startswith("There is no stock")


def test_the_scale_serves_every_order_from_the_scarcest_product() -> None:
    """30 monitors in the sample: 3,000 orders need a hundred times as many."""
    assert [stock_scale(count) for count in (1, 30, 31, 3000)] == [1, 1, 2, 100]
