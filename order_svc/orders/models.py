"""One row an order; the rules are in domain.py."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from common.contracts.base import Mode, PaymentMethod
from common.storage.amounts import AmountField
from order_svc.orders.domain import OrderStatus


class Order(models.Model):
    """An order of either pattern, with the story of its statuses."""

    order_id = models.CharField(max_length=100, primary_key=True, db_column="_id")
    customer_id = models.CharField(max_length=100, blank=True)
    mode = models.CharField(
        max_length=16, choices=[(mode.value, mode.value) for mode in Mode]
    )
    status = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in OrderStatus]
    )
    items = models.JSONField(default=list)
    total_amount = AmountField()
    payment_method = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in PaymentMethod]
    )
    payment_id = models.CharField(max_length=120, blank=True)
    reservation_id = models.CharField(max_length=120, blank=True)
    saga_id = models.CharField(max_length=100, blank=True)
    attempt = models.PositiveIntegerField(default=1)
    opened_by = models.CharField(
        max_length=200, blank=True, help_text="the id of the message that brought it"
    )
    cancellation_reason = models.CharField(max_length=2000, blank=True)
    cancelled_by = models.CharField(max_length=200, blank=True)
    history = models.JSONField(default=list)
    # When to ask again, if nothing has happened by then; none asks for a null.
    resend_at = models.DateTimeField(null=True)
    resends = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-order_id"]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-order_id"], name="order_newest"),
            models.Index(
                fields=["customer_id", "-created_at", "-order_id"],
                name="order_customer",
            ),
            models.Index(
                fields=["status", "-created_at", "-order_id"], name="order_status"
            ),
            models.Index(
                fields=["mode", "-created_at", "-order_id"], name="order_mode"
            ),
            models.Index(fields=["resend_at"], name="order_resend"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.status}"
