"""Payments and refunds as they stand on the wire."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.web.serializers import MoneyField, ReasonSerializer, TimeField
from payment_svc.payments.models import STATUS_CHOICES, RefundStatus
from payment_svc.payments.selectors import Attempt


class NullableText(serializers.CharField):
    """A text of ours that is empty where there is none: null on the wire."""

    def to_representation(self, value: str) -> Any:
        """The text, or None for an empty one."""
        return value or None


class PaymentSerializer(serializers.Serializer[Any]):
    """A payment, read only."""

    paymentId = serializers.CharField(source="payment_id")
    orderId = serializers.CharField(source="order_id")
    customerId = serializers.CharField(source="customer_id")
    amount = MoneyField()
    refundedAmount = MoneyField(source="refunded_amount")
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUS_CHOICES)
    paymentMethod = serializers.CharField(source="payment_method")
    transactionId = NullableText(source="transaction_id", allow_null=True)
    tossPaymentKey = NullableText(source="toss_payment_key", allow_null=True)
    tossOrderId = NullableText(source="toss_order_id", allow_null=True)
    receiptUrl = NullableText(source="receipt_url", allow_null=True)
    failureReason = NullableText(source="failure_reason", allow_null=True)
    expiresAt = TimeField(source="expires_at", allow_null=True)
    processedAt = TimeField(source="processed_at", allow_null=True)
    refundedAt = TimeField(source="refunded_at", allow_null=True)
    createdAt = TimeField(source="created_at")
    updatedAt = TimeField(source="updated_at")


class RefundSerializer(serializers.Serializer[Any]):
    """Money given back, or on its way back: who asked for it, and why."""

    refundId = serializers.CharField(source="refund_id")
    amount = MoneyField()
    reason = serializers.CharField()
    requestedBy = serializers.CharField(source="requested_by")
    transactionId = NullableText(source="transaction_id", allow_null=True)
    status = serializers.ChoiceField(choices=RefundStatus.choices)
    failure = NullableText(allow_null=True)
    createdAt = TimeField(source="created_at")


class AttemptSerializer(serializers.Serializer[Attempt]):
    """The payment of one attempt at an order, with all that became of its money."""

    attempt = serializers.IntegerField(source="payment.attempt")
    payment = PaymentSerializer()
    provider = NullableText(source="payment.provider", allow_null=True)
    attention = NullableText(source="payment.attention", allow_null=True)
    tossPaymentData = serializers.SerializerMethodField()
    refunds = RefundSerializer(many=True)

    @extend_schema_field({"type": "object", "nullable": True})
    def get_tossPaymentData(self, found: Attempt) -> dict[str, Any] | None:  # noqa: N802 - DRF's
        """Toss's own record, without secrets; null where Toss has none."""
        record: dict[str, Any] | None = json.loads(found.payment.toss_data or "null")
        return record


class AttemptsSerializer(serializers.Serializer[Any]):
    """The payments of an order, the oldest first."""

    data = AttemptSerializer(many=True)  # type: ignore[assignment]


class RefundRequestSerializer(ReasonSerializer):
    """The body of a refund: how much (all that is left, if not said), and why."""

    amount = MoneyField(required=False, default=None)

    def validate_amount(self, value: Decimal | None) -> Decimal | None:
        """More than nothing."""
        if value is not None and value == 0:
            raise serializers.ValidationError("must be more than 0")
        return value


class RefundAnswerSerializer(serializers.Serializer[Any]):
    """The answer to a refund."""

    message = serializers.CharField()
    payment = PaymentSerializer()
