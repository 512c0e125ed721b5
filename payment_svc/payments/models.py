"""The books of the payment service, and those of the simulated provider."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from common.contracts import money
from common.storage.amounts import AmountField
from common.storage.indexes import NullIndex
from payment_svc.payments.domain import PaymentStatus, Provider

STATUS_CHOICES = [(status.value, status.value) for status in PaymentStatus]
PROVIDER_CHOICES = [(each.value, each.value) for each in Provider]


class RefundStatus(models.TextChoices):
    """Whether the money is back; REFUSED is one that the provider would not make."""

    PENDING = "PENDING"
    DONE = "DONE"
    REFUSED = "REFUSED"


class Payment(models.Model):
    """The payment of one attempt at an order; a CANCELLED one was never charged.

    Of a payment at Toss: `expires_at` is the customer's deadline; `next_look_at` when
    settlement turns to it next (NULL: there is nothing to do); `calls` and `looks`
    count charges begun and looks in vain; `call_key` numbers the idempotency key.
    `toss_data` is Toss's own record, as JSON, without secrets.
    """

    payment_id = models.CharField(max_length=120, primary_key=True, db_column="_id")
    order_id = models.CharField(max_length=100)
    customer_id = models.CharField(max_length=100, blank=True)
    attempt = models.PositiveIntegerField(default=1)
    saga_id = models.CharField(max_length=100, blank=True)
    amount = AmountField()
    refunded_amount = AmountField(default=Decimal(0))
    currency = models.CharField(max_length=3, default=money.current_code)
    status = models.CharField(max_length=30, choices=STATUS_CHOICES)
    payment_method = models.CharField(max_length=20)
    provider = models.CharField(
        max_length=20, choices=PROVIDER_CHOICES, blank=True, default=""
    )
    transaction_id = models.CharField(max_length=120, blank=True)
    toss_payment_key = models.CharField(max_length=200, blank=True)
    toss_order_id = models.CharField(max_length=100, blank=True)
    receipt_url = models.CharField(max_length=500, blank=True)
    failure_code = models.CharField(max_length=100, blank=True)
    failure_reason = models.CharField(max_length=2000, blank=True)
    toss_data = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)
    calls = models.PositiveIntegerField(default=0)
    looks = models.PositiveIntegerField(default=0)
    call_key = models.PositiveIntegerField(default=1)
    attention = models.CharField(max_length=500, blank=True)
    attention_since = models.DateTimeField(null=True)
    processed_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-payment_id"]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-payment_id"], name="payment_newest"),
            models.Index(fields=["order_id", "-attempt"], name="payment_order"),
            models.Index(
                fields=["customer_id", "-created_at", "-payment_id"],
                name="payment_customer",
            ),
            models.Index(
                fields=["status", "-created_at", "-payment_id"], name="payment_status"
            ),
            NullIndex(
                fields=["next_look_at"],
                condition=Q(next_look_at__isnull=False),
                name="payment_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.status}"


class Refund(models.Model):
    """Money given back; the refunds of a payment add up to its `refunded_amount`.

    The key names what had been given back before, so that two refunds cannot start
    from the same state. One that is PENDING is an intent: the provider is, or will be,
    asked for it. `calls` and `call_key` as for a payment.
    """

    refund_id = models.CharField(max_length=160, primary_key=True, db_column="_id")
    payment_id = models.CharField(max_length=120, db_index=True)
    order_id = models.CharField(max_length=100)
    amount = AmountField()
    reason = models.CharField(max_length=2000, blank=True)
    requested_by = models.CharField(max_length=200, blank=True)
    transaction_id = models.CharField(max_length=120, blank=True)
    status = models.CharField(
        max_length=10, choices=RefundStatus.choices, default=RefundStatus.DONE
    )
    calls = models.PositiveIntegerField(default=0)
    call_key = models.PositiveIntegerField(default=1)
    failure = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-refund_id"]

    def __str__(self) -> str:
        return f"{self.refund_id}: {self.amount}"


class Question(models.Model):
    """A message that waits for its payment, as it came; its id is the message's.

    It is dealt with again whenever the payment moves, and deleted with its answer.
    """

    message_id = models.CharField(max_length=200, primary_key=True, db_column="_id")
    payment_id = models.CharField(max_length=120, db_index=True)
    order_id = models.CharField(max_length=100)
    topic = models.CharField(max_length=100)
    headers = models.TextField()
    value = models.BinaryField()
    asked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["asked_at", "message_id"]

    def __str__(self) -> str:
        return f"{self.message_id} waits for {self.payment_id}"


class SimulatedCharge(models.Model):
    """What the simulated provider was asked to charge, and its answer."""

    charge_key = models.CharField(max_length=120, primary_key=True, db_column="_id")
    customer_id = models.CharField(max_length=100, blank=True)
    amount = AmountField()
    accepted = models.BooleanField()
    transaction_id = models.CharField(max_length=120)
    message = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-charge_key"]

    def __str__(self) -> str:
        return f"{self.transaction_id}: {self.amount}"


class SimulatedRefund(models.Model):
    """What the simulated provider gave back of a charge."""

    refund_key = models.CharField(max_length=160, primary_key=True, db_column="_id")
    charge_key = models.CharField(max_length=120, db_index=True)
    amount = AmountField()
    transaction_id = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-refund_key"]

    def __str__(self) -> str:
        return f"{self.transaction_id}: {self.amount}"
