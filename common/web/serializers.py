"""Fields and bodies that several services take: money, items, an order, a reason.

Types are strict: the text "1" is not the number 1, and true is not 1.
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.settings import api_settings

from common.contracts import money
from common.contracts.base import ContractError, PaymentMethod, checked_money
from common.contracts.order import MAX_ITEMS, MAX_QUANTITY, Item, total_of
from common.messaging.envelope import iso

S = TypeVar("S", bound=serializers.Serializer[Any])

ID_LENGTH = 64
NAME_LENGTH = 200
REASON_LENGTH = 500
NON_FIELD = api_settings.NON_FIELD_ERRORS_KEY
_id = re.compile(rf"[A-Za-z0-9._:@-]{{1,{ID_LENGTH}}}").fullmatch
_control = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]").search


class MoneyField(serializers.Field):  # type: ignore[type-arg]
    """An amount of money: a JSON number, not negative, in the places of its currency.

    `common.web.openapi` says how the schema describes it.
    """

    def to_internal_value(self, data: Any) -> Decimal:
        """The amount as a decimal with the currency's places."""
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            raise serializers.ValidationError("must be a number")
        amount = Decimal(data)
        try:
            checked_money(amount, "")
        except ContractError as error:
            raise serializers.ValidationError(str(error).removeprefix(": ")) from None
        return money.current().quantize(amount)

    def to_representation(self, value: Decimal) -> Decimal:
        """The decimal; the renderer writes it as a number."""
        return money.current().quantize(value)


@extend_schema_field({"type": "integer"})
class StrictIntegerField(serializers.Field):  # type: ignore[type-arg]
    """A whole JSON number within bounds; no text, no fraction, no boolean."""

    def __init__(self, *, minimum: int, maximum: int, **kwargs: Any) -> None:
        """Both bounds belong to what is allowed."""
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError("must be a whole number")
        if not self.minimum <= data <= self.maximum:
            raise serializers.ValidationError(
                f"must be from {self.minimum} to {self.maximum}"
            )
        return data

    def to_representation(self, value: int) -> int:
        """The number."""
        return value


@extend_schema_field(
    {"type": "string", "pattern": f"^[A-Za-z0-9._:@-]{{1,{ID_LENGTH}}}$"}
)
class IdField(serializers.Field):  # type: ignore[type-arg]
    """An id that somebody else made: 1 to 64 of `A-Z a-z 0-9 . _ : @ -`."""

    def to_internal_value(self, data: Any) -> str:
        """The id."""
        if not isinstance(data, str):
            raise serializers.ValidationError("must be a text")
        if not _id(data):
            raise serializers.ValidationError(
                f"must be 1 to {ID_LENGTH} of the characters A-Z a-z 0-9 . _ : @ -"
            )
        return data

    def to_representation(self, value: str) -> str:
        """The id."""
        return value


@extend_schema_field({"type": "string"})
class TextField(serializers.Field):  # type: ignore[type-arg]
    """A line of text without control characters, trimmed."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        """`max_length` counts characters."""
        super().__init__(**kwargs)
        self.max_length = max_length

    def to_internal_value(self, data: Any) -> str:
        """The text."""
        if not isinstance(data, str):
            raise serializers.ValidationError("must be a text")
        if len(data) > self.max_length:
            raise serializers.ValidationError(
                f"must have at most {self.max_length} characters"
            )
        if _control(data):
            raise serializers.ValidationError("must not have control characters")
        return data.strip()

    def to_representation(self, value: str) -> str:
        """The text."""
        return value


@extend_schema_field({"type": "string", "format": "date-time"})
class TimeField(serializers.Field):  # type: ignore[type-arg]
    """A time as ISO 8601 in UTC with `Z` and milliseconds; answers only."""

    def __init__(self, **kwargs: Any) -> None:
        """Always read-only: no request sets a time."""
        super().__init__(**{**kwargs, "read_only": True})

    def to_representation(self, value: datetime) -> str:
        """The text."""
        return iso(value)


class StrictSerializer(serializers.Serializer[Any]):
    """A JSON object, and nothing that looks like one."""

    def get_fields(self) -> dict[str, Any]:
        """The declared fields, bound to this serializer.

        Shallow copies: our fields keep no state of a request, and DRF's deep ones
        would cost more than the checks themselves.
        """
        return {name: copy(field) for name, field in self._declared_fields.items()}

    def to_internal_value(self, data: Any) -> Any:
        """The object's members, checked."""
        if not isinstance(data, dict):
            raise serializers.ValidationError({NON_FIELD: ["must be a JSON object"]})
        return super().to_internal_value(data)


class ItemSerializer(StrictSerializer):
    """One line of an order."""

    productId = IdField()
    productName = TextField(max_length=NAME_LENGTH, required=False, default="")
    quantity = StrictIntegerField(minimum=1, maximum=MAX_QUANTITY)
    price = MoneyField()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """What a client orders, checked."""

    customer_id: str
    items: tuple[Item, ...]
    payment_method: PaymentMethod

    @property
    def total_amount(self) -> Decimal:
        """The sum of quantity x price."""
        return total_of(self.items)


class OrderRequestSerializer(StrictSerializer):
    """The body of the POSTs that start an order, in either pattern."""

    customerId = IdField()
    items = ItemSerializer(  # type: ignore[call-arg]
        many=True,
        allow_empty=False,
        max_length=MAX_ITEMS,
    )
    paymentMethod = serializers.ChoiceField(
        choices=[method.value for method in PaymentMethod],
        default=PaymentMethod.AUTO.value,
        error_messages={"invalid_choice": "must be AUTO or TOSS"},
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The total is an amount that can be booked."""
        total = sum(item["price"] * item["quantity"] for item in attrs["items"])
        if total > (largest := money.current().largest):
            raise serializers.ValidationError(
                {"items": f"the total must be at most {largest}"}
            )
        return attrs


def read_order(data: Any) -> OrderRequest:
    """The order in a request's body. Raises ValidationError naming every bad field."""
    found = shared(OrderRequestSerializer).run_validation(data)
    return OrderRequest(
        customer_id=found["customerId"],
        items=tuple(_item(line) for line in found["items"]),
        payment_method=PaymentMethod(found["paymentMethod"]),
    )


@cache
def shared(kind: type[S]) -> S:
    """One serializer for all requests and threads.

    To build its fields costs more than to run them. Only `run_validation` and
    `to_representation` may be called on it: they keep nothing.
    """
    serializer = kind()
    _ = serializer.fields  # now, so that no two threads build them at once
    return serializer


def _item(line: dict[str, Any]) -> Item:
    return Item(
        product_id=line["productId"],
        product_name=line["productName"],
        quantity=line["quantity"],
        price=line["price"],
    )


class ReasonSerializer(StrictSerializer):
    """The optional body of an action: why it is done."""

    reason = TextField(max_length=REASON_LENGTH, required=False, default="")
