"""A column of amounts is the same in every currency; what is read from it is not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.admin.utils import display_for_field
from django.db import connection, models

from common.contracts.money import KRW, USD, Currency, used
from common.storage.amounts import AmountField


@pytest.mark.parametrize("currency", [USD, KRW])
def test_migrations_and_tables_do_not_know_the_currency(currency: Currency) -> None:
    """Django's own field with two places, whatever the environment says."""
    plain = models.DecimalField(max_digits=14, decimal_places=2)
    with used(currency):
        field = AmountField()
        assert field.deconstruct() == plain.deconstruct()
        assert field.clone().db_type(connection) == plain.db_type(connection)


@pytest.mark.parametrize(("currency", "read"), [(USD, "5.00"), (KRW, "5")])
def test_what_is_read_has_the_places_of_the_currency(
    currency: Currency, read: str
) -> None:
    """PostgreSQL gives two places always; no message is to carry them."""
    with used(currency):
        amount = AmountField().from_db_value(Decimal("5.00"), None, connection)
    assert str(amount) == read


def test_no_amount_stays_none() -> None:
    """As the sum of no rows is."""
    assert AmountField().from_db_value(None, None, connection) is None


@pytest.mark.parametrize(("currency", "shown"), [(USD, "5.00"), (KRW, "5")])
def test_the_admin_shows_the_places_of_the_currency(
    currency: Currency, shown: str
) -> None:
    """Won have none there either."""
    with used(currency):
        amount = currency.quantize(Decimal(5))
        assert display_for_field(amount, AmountField(), "-") == shown
