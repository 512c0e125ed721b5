"""A stock that has prices is in the currency it was priced in."""

from __future__ import annotations

import pytest

from common.contracts.money import KRW, used
from common.storage import currency
from common.storage.models import KeptSetting
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
