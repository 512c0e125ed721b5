"""Setting stock on a person's word."""

from __future__ import annotations

from decimal import Decimal

import pytest

from common.contracts.base import checked_money
from common.contracts.money import CURRENCIES, KRW, used
from common.web.errors import NotFound
from common.web.models import AuditEntry
from inventory_svc.stock import services
from inventory_svc.stock.models import Product
from inventory_svc.stock.sample import SAMPLES, sample
from inventory_svc.tests.factories import (
    ORDER,
    ProductFactory,
    ReservationFactory,
    handle,
    laptops,
    release,
    reserve,
    stock,
)

pytestmark = pytest.mark.django_db


def initialize(scale: int = 1) -> None:
    """The sample, set by an operator."""
    services.initialize_stock(scale=scale, by="operator")


def test_the_sample() -> None:
    """Five products with the contract's names, quantities and prices."""
    initialize()
    rows = Product.objects.values_list(
        "product_id", "product_name", "available_quantity", "reserved_quantity", "price"
    )
    assert list(rows) == [
        ("PROD001", "Laptop", 50, 0, Decimal("999.99")),
        ("PROD002", "Mouse", 200, 0, Decimal("29.99")),
        ("PROD003", "Keyboard", 150, 0, Decimal("79.99")),
        ("PROD004", "Monitor", 30, 0, Decimal("299.99")),
        ("PROD005", "Headphones", 100, 0, Decimal("149.99")),
    ]


@used(KRW)
def test_the_sample_in_won() -> None:
    """The same products, priced as a Korean shop would; twice is as once."""
    initialize()
    initialize()
    rows = Product.objects.values_list("product_name", "available_quantity", "price")
    assert list(rows) == [
        ("Laptop", 50, Decimal(1_350_000)),
        ("Mouse", 200, Decimal(39_000)),
        ("Keyboard", 150, Decimal(99_000)),
        ("Monitor", 30, Decimal(390_000)),
        ("Headphones", 100, Decimal(199_000)),
    ]


@pytest.mark.parametrize("code", list(CURRENCIES))
def test_every_currency_has_a_sample_it_can_book(code: str) -> None:
    """Of the same products and quantities."""
    with used(CURRENCIES[code]):
        for product_id, one in sample().items():
            checked_money(one.price, product_id, minimum=Decimal(1))
            assert one.quantity == SAMPLES["USD"][product_id].quantity
    assert list(SAMPLES[code]) == list(SAMPLES["USD"])


def test_a_second_time_changes_nothing() -> None:
    """But leaves its trace."""
    initialize()
    before = list(Product.objects.values("pk", "available_quantity", "price"))
    initialize()
    assert list(Product.objects.values("pk", "available_quantity", "price")) == before
    assert (
        list(AuditEntry.objects.values_list("actor", "action", "target"))
        == [("operator", "stock.initialize", "sample")] * 2
    )


def test_what_orders_hold_stays_held() -> None:
    """Available is the sample less the live reservations, not the sample."""
    initialize()
    handle(reserve("A", laptops(3)), reserve("B", laptops(4)), release("B"))
    Product.objects.filter(pk="PROD001").update(
        available_quantity=7, reserved_quantity=99, price=Decimal("1.00")
    )
    initialize()
    assert stock() == (47, 3)
    assert Product.objects.get(pk="PROD001").price == Decimal("999.99")
    handle(release("A"))
    assert stock() == (50, 0)


def test_available_is_never_below_zero() -> None:
    """Where more is held than the sample has, nothing is available."""
    ReservationFactory(
        items=[{"productId": "PROD004", "quantity": 31, "price": "299.99"}]
    )
    initialize()
    assert stock("PROD004") == (0, 31)


def test_refused_and_released_ones_hold_nothing() -> None:
    """Only live reservations count."""
    for status in ("FAILED", "RELEASED"):
        ReservationFactory(status=status)
    initialize()
    assert stock() == (50, 0)


def test_scale_multiplies_the_quantities() -> None:
    """Prices stay."""
    initialize(scale=10)
    assert stock("PROD004") == (300, 0)
    assert Product.objects.get(pk="PROD004").price == Decimal("299.99")


def test_products_of_one_s_own_are_left_alone() -> None:
    """Only the sample is set."""
    ProductFactory(product_id="MINE", available_quantity=3)
    initialize()
    assert stock("MINE") == (3, 0)
    assert Product.objects.count() == 6


def test_only_if_empty() -> None:
    """With any product there, nothing is set and nothing is noted."""
    ProductFactory(product_id="MINE")
    assert services.initialize_if_empty(scale=1, by="operator") == []
    assert (Product.objects.count(), AuditEntry.objects.count()) == (1, 0)
    Product.objects.all().delete()
    assert len(services.initialize_if_empty(scale=1, by="operator")) == 5


def test_set_available() -> None:
    """The quantity is set, what is reserved stays, and both are noted."""
    initialize()
    handle(reserve(ORDER, laptops(2)))
    services.set_available(
        product_id="PROD001", quantity=5, reason="counted", by="operator"
    )
    assert stock() == (5, 2)
    entry = AuditEntry.objects.get(action="stock.set")
    assert (entry.target, entry.reason) == ("PROD001", "counted")
    assert entry.detail == {"before": 48, "after": 5}


def test_set_available_of_nothing() -> None:
    """An unknown product is not made."""
    with pytest.raises(NotFound, match="no product NOPE"):
        services.set_available(product_id="NOPE", quantity=1, reason="", by="x")
