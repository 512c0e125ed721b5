"""Orders as clients see them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.contracts.base import Mode, PaymentMethod
from common.web.serializers import ItemSerializer, MoneyField, TimeField
from order_svc.orders.domain import OrderStatus
from order_svc.orders.models import Order

_TEXT = {"type": "string"}
HISTORY_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["at", "from", "to", "why"],
        "properties": {
            "at": {"type": "string", "format": "date-time"},
            "from": {"type": "string", "nullable": True},
            "to": _TEXT,
            "why": _TEXT,
        },
    },
}


@extend_schema_field({"type": "string", "nullable": True})
class MaybeField(serializers.Field[str, Any, str | None, Any]):
    """A text that is null as long as there is none; answers only."""

    def __init__(self, **kwargs: Any) -> None:
        """Always read-only."""
        super().__init__(**{**kwargs, "read_only": True})

    def to_representation(self, value: str) -> str | None:
        """The text or null."""
        return value or None


class OrderSerializer(serializers.Serializer[Order]):
    """An order, as the contract names its fields."""

    orderId = serializers.CharField(source="order_id")
    customerId = serializers.CharField(source="customer_id")
    items = serializers.SerializerMethodField()
    totalAmount = MoneyField(source="total_amount")
    paymentMethod = serializers.ChoiceField(
        source="payment_method", choices=[method.value for method in PaymentMethod]
    )
    mode = serializers.ChoiceField(choices=[mode.value for mode in Mode])
    status = serializers.ChoiceField(choices=[status.value for status in OrderStatus])
    paymentId = MaybeField(source="payment_id")
    reservationId = MaybeField(source="reservation_id")
    cancellationReason = MaybeField(source="cancellation_reason")
    history = serializers.SerializerMethodField()
    createdAt = TimeField(source="created_at")
    updatedAt = TimeField(source="updated_at")

    @extend_schema_field(ItemSerializer(many=True))
    def get_items(self, order: Order) -> list[dict[str, Any]]:
        """The lines; prices are kept as texts and shown as numbers."""
        return [{**line, "price": Decimal(line["price"])} for line in order.items]

    @extend_schema_field(HISTORY_SCHEMA)
    def get_history(self, order: Order) -> list[dict[str, Any]]:
        """Every change of status: when, from what to what, and why."""
        lines: list[dict[str, Any]] = order.history
        return lines


class OrderPlacedSerializer(serializers.Serializer[Any]):
    """The answer to an order."""

    message = serializers.CharField()
    order = OrderSerializer()
    orderId = serializers.CharField()


class OrderCancellingSerializer(serializers.Serializer[Any]):
    """The answer to a cancel that was accepted."""

    message = serializers.CharField()
    order = OrderSerializer()
