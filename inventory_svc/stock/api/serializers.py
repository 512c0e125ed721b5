"""Products and reservations as they stand on the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from common.web.serializers import MoneyField, TimeField
from inventory_svc.stock.models import STATUS_CHOICES


class ProductSerializer(serializers.Serializer[Any]):
    """A product and its stock, read only."""

    productId = serializers.CharField(source="product_id")
    productName = serializers.CharField(source="product_name")
    availableQuantity = serializers.IntegerField(source="available_quantity")
    reservedQuantity = serializers.IntegerField(source="reserved_quantity")
    price = MoneyField()
    updatedAt = TimeField(source="updated_at")


class KeptMoneyField(MoneyField):
    """An amount that is kept as text."""

    def to_representation(self, value: Any) -> Decimal:
        """The decimal; the renderer writes it as a number."""
        return super().to_representation(Decimal(value))


class ReservedItemSerializer(serializers.Serializer[Any]):
    """A line of a reservation."""

    productId = serializers.CharField()
    productName = serializers.CharField()
    quantity = serializers.IntegerField()
    price = KeptMoneyField()


class ReservationSerializer(serializers.Serializer[Any]):
    """A reservation, read only."""

    reservationId = serializers.CharField(source="reservation_id")
    orderId = serializers.CharField(source="order_id")
    attempt = serializers.IntegerField()
    status = serializers.ChoiceField(choices=STATUS_CHOICES)
    items = ReservedItemSerializer(many=True)
    failureCode = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    createdAt = TimeField(source="created_at")
    updatedAt = TimeField(source="updated_at")

    def get_failureCode(self, reservation: Any) -> str | None:  # noqa: N802 - DRF's
        """Why it was refused, as a code."""
        return reservation.failure_code or None

    def get_reason(self, reservation: Any) -> str | None:
        """Why it was refused or released, in words."""
        return reservation.reason or None


class InitializeAnswerSerializer(serializers.Serializer[Any]):
    """The answer to an initialization."""

    message = serializers.CharField()
    inventory = ProductSerializer(many=True)
