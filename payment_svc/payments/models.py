"""The books of the payment service, and those of the simulated provider."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models

from common.contracts import money
from common.storage.amounts import AmountField
from payment_svc.payments.domain import PaymentStatus

STATUS_CHOICES = [(status.value, status.value) for status in PaymentStatus]


class Payment(models.Model):
    """The payment of one attempt at an order; a CANCELLED one was never charged."""

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
    transaction_id = models.CharField(max_length=120, blank=True)
    toss_payment_key = models.CharField(max_length=200, blank=True)
    toss_order_id = models.CharField(max_length=100, blank=True)
    receipt_url = models.CharField(max_length=500, blank=True)
    failure_code = models.CharField(max_length=100, blank=True)
    failure_reason = models.CharField(max_length=2000, blank=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.status}"


class Refund(models.Model):
    """Money given back; the refunds of a payment add up to its `refunded_amount`.

    The key names what had been given back before, so that two refunds cannot start
    from the same state.
    """

    refund_id = models.CharField(max_length=160, primary_key=True, db_column="_id")
    payment_id = models.CharField(max_length=120, db_index=True)
    order_id = models.CharField(max_length=100)
    amount = AmountField()
    reason = models.CharField(max_length=2000, blank=True)
    requested_by = models.CharField(max_length=200, blank=True)
    transaction_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-refund_id"]

    def __str__(self) -> str:
        return f"{self.refund_id}: {self.amount}"


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
