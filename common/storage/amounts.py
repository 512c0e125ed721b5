"""Amounts of money in a column: two places on disk, those of the currency outside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models

from common.contracts import money

MAX_DIGITS = 14
STORED_PLACES = 2


class AmountField(models.DecimalField):  # type: ignore[type-arg]
    """An amount in the process's currency.

    Its column is the same in each currency, so that migrations do not depend on the
    environment: to them it is Django's own field.
    """

    def __init__(self, **options: Any) -> None:
        """Digits and places are not to be chosen."""
        given = {"max_digits": MAX_DIGITS, "decimal_places": STORED_PLACES}
        super().__init__(**{**options, **given})

    @property
    def decimal_places(self) -> int:
        """What pages show it with."""
        return money.current().places

    @decimal_places.setter
    def decimal_places(self, places: int) -> None:
        """Keep the column's, which Django reads here to make its type."""
        self.__dict__["decimal_places"] = places

    def deconstruct(self) -> Any:
        """The field as migrations see it."""
        name, _path, args, options = super().deconstruct()
        options["decimal_places"] = STORED_PLACES
        return name, "django.db.models.DecimalField", args, options

    def from_db_value(
        self, value: Decimal | None, expression: Any, connection: Any
    ) -> Decimal | None:
        """The amount with the currency's places, whatever the column has."""
        return value if value is None else money.current().quantize(value)
