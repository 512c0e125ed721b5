"""Products and the cart: prices are the stock's, whatever the cart remembers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from common.contracts.order import MAX_ITEMS, MAX_QUANTITY
from order_svc.storefront.goods import Product, Shelf, basket, changed

MOUSE = Product(product_id="M", name="Mouse", price=Decimal("29.99"), available=3)
LAPTOP = Product(product_id="L", name="Laptop", price=Decimal("999.99"), available=50)


def test_a_cart_costs_what_the_stock_says() -> None:
    """To the cent, in the order of the shelves."""
    found = basket({"M": 3, "L": 1}, [LAPTOP, MOUSE])
    assert [(line.product.product_id, line.amount) for line in found.lines] == [
        ("L", Decimal("999.99")),
        ("M", Decimal("89.97")),
    ]
    assert (found.total, found.count) == (Decimal("1089.96"), 4)
    assert found.items[1] == {
        "productId": "M",
        "productName": "Mouse",
        "quantity": 3,
        "price": Decimal("29.99"),
    }


def test_what_is_no_longer_sold_is_not_in_the_cart() -> None:
    """Nor is what there is none of in it."""
    assert basket({"GONE": 1, "M": 0}, [MOUSE]).lines == ()


def test_a_line_that_the_shelf_is_too_short_for_says_so() -> None:
    """Exactly what is there is not too much."""
    assert basket({"M": 3}, [MOUSE]).short == ()
    (line,) = basket({"M": 4}, [MOUSE]).short
    assert line.product == MOUSE


@pytest.mark.parametrize(
    ("quantity", "after"),
    [
        (5, {"L": 1, "M": 5}),
        (0, {"L": 1}),
        (-2, {"L": 1}),
        (10**9, {"L": 1, "M": MAX_QUANTITY}),
    ],
)
def test_a_change_is_bounded(quantity: int, after: dict[str, int]) -> None:
    """None takes it out; too many is the most an order may have."""
    assert changed({"L": 1, "M": 2}, "M", quantity) == after


def test_a_full_cart_takes_nothing_new() -> None:
    """As many products as an order may have."""
    full = {f"P{number}": 1 for number in range(MAX_ITEMS)}
    assert changed(full, "NEW", 1) == full
    assert changed(full, "P1", 2)["P1"] == 2


@pytest.mark.parametrize(
    ("left", "shelf"),
    [(0, Shelf.NONE), (1, Shelf.FEW), (10, Shelf.FEW), (11, Shelf.PLENTY)],
)
def test_a_shelf_is_told_in_three_words(left: int, shelf: Shelf) -> None:
    """Few is ten and less."""
    product = Product(product_id="M", name="Mouse", price=Decimal(1), available=left)
    assert product.shelf is shelf
