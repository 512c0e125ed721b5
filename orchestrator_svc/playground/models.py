"""One row a run: what was asked for, and the ids of the orders that were sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from common.contracts.base import Mode
from orchestrator_svc.playground.plan import Plan, Product


class RunStatus(models.TextChoices):
    """How far the sending is; how far the orders are, they say themselves."""

    SENDING = "SENDING", "being sent"
    SENT = "SENT", "sent"
    STOPPED = "STOPPED", "stopped"


class Run(models.Model):
    """A number of orders, sent one after the other by the worker.

    `orders` has the order's id for each number that was sent, '' where it was refused.
    """

    run_id = models.CharField(max_length=40, primary_key=True, db_column="_id")
    status = models.CharField(max_length=12, choices=RunStatus.choices)
    by = models.CharField(max_length=200)
    modes = models.JSONField()
    products = models.JSONField()
    quantity = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    orders = models.JSONField(default=list)
    trouble = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-run_id"]
        indexes: ClassVar = [
            models.Index(fields=["status"], name="run_status"),
            models.Index(fields=["-created_at", "-run_id"], name="run_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.status}"

    @property
    def plan(self) -> Plan:
        """The orders that this run sends."""
        return Plan(
            total=self.total,
            modes=[Mode(mode) for mode in self.modes],
            products=[Product.from_json(kept) for kept in self.products],
            quantity=self.quantity,
        )

    @property
    def customer_id(self) -> str:
        """Who all its orders are for, and nobody else's are."""
        return self.run_id

    @property
    def sent(self) -> int:
        """How many orders were sent."""
        return len(self.orders)

    @property
    def is_open(self) -> bool:
        """True while there is more to send."""
        return self.status == RunStatus.SENDING
