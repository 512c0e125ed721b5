"""Toss's books, and what the sandbox keeps beside them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Status(models.TextChoices):
    """Where a payment stands, in Toss's words."""

    READY = "READY"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    CANCELED = "CANCELED"
    PARTIAL_CANCELED = "PARTIAL_CANCELED"
    ABORTED = "ABORTED"
    EXPIRED = "EXPIRED"


CHARGED = (Status.DONE, Status.PARTIAL_CANCELED, Status.CANCELED)
WAITING = (Status.READY, Status.IN_PROGRESS)


class TossPayment(models.Model):
    """A payment: READY while the customer is in the window, IN_PROGRESS when agreed.

    `moved_at` is when it last went a step further: a session expires so long after.
    `mishaps` counts what its card has spoiled so far (see cards.py).
    """

    payment_key = models.CharField(max_length=200, primary_key=True)
    order_id = models.CharField(max_length=64, db_index=True)
    order_name = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=10, default="NORMAL")
    status = models.CharField(max_length=20, choices=Status.choices)
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=14, decimal_places=2)
    balance = models.DecimalField(max_digits=14, decimal_places=2)
    card_number = models.CharField(max_length=20, blank=True)
    secret = models.CharField(max_length=60)
    transaction_key = models.CharField(max_length=64, blank=True)
    failure_code = models.CharField(max_length=100, blank=True)
    failure_message = models.CharField(max_length=300, blank=True)
    mishaps = models.PositiveIntegerField(default=0)
    requested_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-requested_at", "-payment_key"]
        indexes: ClassVar = [
            models.Index(
                "moved_at", name="toss_waiting", condition=Q(status__in=WAITING)
            ),
            models.Index("requested_at", "payment_key", name="toss_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "order_id", name="toss_charged_once", condition=Q(status__in=CHARGED)
            ),
            models.CheckConstraint(
                name="toss_balance",
                condition=Q(balance__gte=0, balance__lte=models.F("total")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.status}"


class Cancel(models.Model):
    """Money given back; `remains` is what could still be given back afterwards."""

    payment = models.ForeignKey(
        TossPayment, related_name="cancels", on_delete=models.CASCADE
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    remains = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.CharField(max_length=200)
    transaction_key = models.CharField(max_length=64)
    canceled_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.amount} of {self.payment_id}"


class Answer(models.Model):
    """The first answer to an idempotency key; without a status it is still running."""

    key = models.CharField(max_length=64, primary_key=True)
    status = models.PositiveIntegerField(null=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"


class LoggedRequest(models.Model):
    """A call that came in on /v1; the key it was authorised by is not kept.

    Its id is its place in time and is never given again.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    order_id = models.CharField(max_length=64, blank=True, db_index=True)
    payment_key = models.CharField(max_length=200, blank=True, db_index=True)
    idempotency_key = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    status = models.PositiveIntegerField(null=True)
    code = models.CharField(max_length=100, blank=True)
    replayed = models.BooleanField(default=False)
    ms = models.FloatField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


class Behaviour(models.Model):
    """How calls are answered for a while, other than Toss would."""

    path = models.CharField(max_length=20)
    action = models.CharField(max_length=20)
    seconds = models.FloatField(default=0)
    status = models.PositiveIntegerField(null=True)
    code = models.CharField(max_length=100, blank=True)
    times = models.PositiveIntegerField(null=True)
    rate = models.FloatField(default=1)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.action} {self.path}"


class Webhook(models.Model):
    """News that the merchant must hear; deleted when the merchant has said 200."""

    body = models.TextField()
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar = ["next_try_at", "id"]

    def __str__(self) -> str:
        return f"webhook {self.pk}, {self.tries} tries"
