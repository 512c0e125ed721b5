"""One row a payment that must be ensured."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from common.storage.amounts import AmountField
from common.storage.indexes import NullIndex


class RecoveryStatus(models.TextChoices):
    """How far the recovery of a payment is."""

    WAITING = "WAITING", "the payment service is being asked"
    ENSURED = "ENSURED", "the payment is there"
    REFUSED = "REFUSED", "the payment cannot be"


class Recovery(models.Model):
    """A payment that Toss is said to have made.

    `recovery_id` is the id of what it pays for: a command, or a choreographed order.
    `refusal` is what was heard, as JSON, Toss's record included.
    """

    recovery_id = models.CharField(max_length=200, primary_key=True, db_column="_id")
    order_id = models.CharField(max_length=100)
    saga_id = models.CharField(max_length=100, blank=True)
    customer_id = models.CharField(max_length=100, blank=True)
    attempt = models.PositiveIntegerField(default=1)
    amount = AmountField()
    payment_id = models.CharField(max_length=120, blank=True)
    refusal = models.TextField()
    caused_by = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=12, choices=RecoveryStatus.choices)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    # When the payment service is asked next; none asks for a null.
    next_try_at = models.DateTimeField(null=True)
    attention_since = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-recovery_id"]
        verbose_name_plural = "recoveries"
        indexes: ClassVar = [
            models.Index(
                fields=["-created_at", "-recovery_id"], name="recovery_newest"
            ),
            models.Index(fields=["order_id"], name="recovery_order"),
            models.Index(fields=["status", "updated_at"], name="recovery_status"),
            NullIndex(
                fields=["next_try_at"],
                condition=Q(next_try_at__isnull=False),
                name="recovery_due",
            ),
            NullIndex(
                fields=["attention_since"],
                condition=Q(attention_since__isnull=False),
                name="recovery_attention",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id} {self.status}"
