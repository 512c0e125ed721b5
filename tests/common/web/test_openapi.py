"""What the OpenAPI says of an amount."""

from __future__ import annotations

from typing import Any

import pytest

from common.contracts.money import KRW, USD, Currency, used
from common.web.openapi import ServiceSchema
from common.web.serializers import MoneyField


class Special(MoneyField):
    """A field built on it is an amount as well."""


@pytest.mark.parametrize("field", [MoneyField(), Special()])
@pytest.mark.parametrize(
    ("currency", "described"),
    [
        (USD, {"type": "number", "minimum": 0, "multipleOf": 0.01}),
        (KRW, {"type": "integer", "minimum": 0, "multipleOf": 1}),
    ],
)
def test_an_amount_is_described_in_its_currency(
    field: MoneyField, currency: Currency, described: dict[str, Any]
) -> None:
    """A multiple of its smallest unit; of won there are only whole ones."""
    with used(currency):
        assert ServiceSchema()._map_serializer_field(field, "response") == described
