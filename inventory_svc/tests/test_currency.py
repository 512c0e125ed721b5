"""A stock that has prices is in the currency it was priced in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from common.contracts.money import KRW, used
from common.storage import currency
from common.storage.models import KeptSetting
from common.storage.reads import read_rows
from inventory_svc.stock.models import Product
from inventory_svc.tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_prices_older_than_the_note_are_dollars() -> None:
    """A database of the first version refuses a process in won."""
    KeptSetting.objects.all().delete()
    ProductFactory()
    with used(KRW), pytest.raises(currency.OtherCurrency, match="is in USD"):
        currency.note()
    assert KeptSetting.objects.get().value == "USD"


def test_an_empty_stock_may_be_in_won() -> None:
    """Nothing is there that could be mistaken."""
    KeptSetting.objects.all().delete()
    with used(KRW):
        currency.note()
    assert KeptSetting.objects.get().value == "KRW"


def test_prices_are_read_in_the_currency_of_now() -> None:
    """What was read in won before does not round what is read in dollars."""
    ProductFactory()
    with used(KRW):
        read_rows(Product, product_id=["PROD001"])
    (laptop,) = read_rows(Product, product_id=["PROD001"])
    assert laptop.price == Decimal("999.99")
