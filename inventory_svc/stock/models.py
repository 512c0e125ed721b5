"""The shelves, and what is set aside on them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from common.storage.amounts import AmountField
from inventory_svc.stock.domain import ReservationStatus

STATUS_CHOICES = [(status.value, status.value) for status in ReservationStatus]


class Product(models.Model):
    """A product; what an order holds stays reserved after the order is completed."""

    product_id = models.CharField(max_length=100, primary_key=True, db_column="_id")
    product_name = models.CharField(max_length=200)
    price = AmountField()
    available_quantity = models.PositiveBigIntegerField(default=0)
    reserved_quantity = models.PositiveBigIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["product_id"]

    def __str__(self) -> str:
        return f"{self.product_id} {self.product_name}"


class Reservation(models.Model):
    """What one attempt at an order holds, held, or was refused."""

    reservation_id = models.CharField(max_length=120, primary_key=True, db_column="_id")
    order_id = models.CharField(max_length=100)
    attempt = models.PositiveIntegerField(default=1)
    saga_id = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=20, choices=STATUS_CHOICES)
    items = models.JSONField(
        default=list, help_text="the lines of the order; prices as text"
    )
    failure_code = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-reservation_id"]
        indexes: ClassVar = [
            models.Index(fields=["order_id", "-attempt"], name="reservation_order"),
            models.Index(
                fields=["status", "-created_at", "-reservation_id"],
                name="reservation_status",
            ),
            models.Index(
                fields=["-created_at", "-reservation_id"], name="reservation_newest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reservation_id} {self.status}"
