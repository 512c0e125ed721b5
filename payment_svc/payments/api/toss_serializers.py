"""What comes in and goes out where Toss is concerned."""

from __future__ import annotations

import json
import re
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.web.serializers import (
    IdField,
    MoneyField,
    StrictIntegerField,
    StrictSerializer,
)
from payment_svc.payments.api.serializers import PaymentSerializer
from payment_svc.payments.models import Payment

KEY_LENGTH = 200
_key = re.compile(rf"[A-Za-z0-9._=-]{{1,{KEY_LENGTH}}}").fullmatch
_order = re.compile(r"[A-Za-z0-9._:@=-]{1,100}").fullmatch


@extend_schema_field({"type": "string", "maxLength": KEY_LENGTH})
class TossKeyField(serializers.Field):  # type: ignore[type-arg]
    """A key that Toss made: it goes into addresses, so nothing else is let in."""

    def to_internal_value(self, data: Any) -> str:
        """The key."""
        if not isinstance(data, str) or not _key(data):
            raise serializers.ValidationError(
                f"must be 1 to {KEY_LENGTH} of the characters A-Z a-z 0-9 . _ = -"
            )
        return data

    def to_representation(self, value: str) -> str:
        """The key."""
        return value


@extend_schema_field({"type": "string", "maxLength": 100})
class TossOrderField(TossKeyField):
    """An order id as Toss has it: ours, or ours with the number of the attempt."""

    def to_internal_value(self, data: Any) -> str:
        """The id."""
        if not isinstance(data, str) or not _order(data):
            raise serializers.ValidationError(
                "must be 1 to 100 of the characters A-Z a-z 0-9 . _ : @ = -"
            )
        return data


class ConfirmSerializer(StrictSerializer):
    """What Toss's window gives the customer's browser on success."""

    paymentKey = TossKeyField()
    orderId = TossOrderField()
    amount = MoneyField()


class CreateFromTossSerializer(StrictSerializer):
    """What somebody heard of a payment that Toss has charged."""

    paymentId = IdField(required=False, default="")
    orderId = IdField()
    customerId = IdField()
    amount = MoneyField()
    status = serializers.CharField(max_length=40)
    paymentKey = TossKeyField(required=False, default="")
    sagaId = IdField(required=False, default="")
    attempt = StrictIntegerField(
        minimum=1, maximum=1_000_000, required=False, default=1
    )
    tossPaymentData = serializers.DictField(required=False, default=dict)

    def to_internal_value(self, data: Any) -> Any:
        """The object; a payment key may stand in Toss's record only."""
        found = super().to_internal_value(data)
        key = found["tossPaymentData"].get("paymentKey", "")
        if not found["paymentKey"] and isinstance(key, str) and _key(key):
            found["paymentKey"] = key
        return found


class ConfirmAnswerSerializer(serializers.Serializer[Any]):
    """The answer to a confirm."""

    message = serializers.CharField()
    payment = PaymentSerializer()
    tossPaymentData = serializers.DictField()
    cached = serializers.BooleanField()


class CreateFromTossAnswerSerializer(serializers.Serializer[Any]):
    """The answer to create-from-toss."""

    message = serializers.CharField()
    payment = PaymentSerializer()
    created = serializers.BooleanField()


def toss_data_of(payment: Payment) -> dict[str, Any]:
    """Toss's own record of the payment, without secrets."""
    found: dict[str, Any] = json.loads(payment.toss_data or "{}")
    return found
