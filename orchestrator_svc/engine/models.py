"""One row a saga: the pure state as JSON, and beside it what lists ask for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from common.storage.amounts import AmountField
from common.storage.indexes import NullIndex

# A list walks the index of its order; filters are answered from the index too.
LISTED = ("saga_id", "status", "definition")
SORTED_BY = {
    "created": "created_at",
    "updated": "updated_at",
    "order": "order_id",
    "amount": "total_amount",
}


class SagaInstance(models.Model):
    """A saga as it stands; `state` is the truth, the other columns are cut from it."""

    saga_id = models.CharField(max_length=60, primary_key=True, db_column="_id")
    order_id = models.CharField(max_length=64)
    definition = models.CharField(max_length=60)
    definition_version = models.PositiveIntegerField()
    status = models.CharField(max_length=24)
    phase = models.CharField(max_length=16)
    current_step = models.CharField(max_length=40)
    customer_id = models.CharField(max_length=100)
    total_amount = AmountField()
    attempt = models.PositiveIntegerField(default=1)
    state = models.TextField()
    wake_at = models.DateTimeField(null=True)
    attention_since = models.DateTimeField(null=True)
    traceparent = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-saga_id"]
        indexes: ClassVar = [
            *(
                models.Index(fields=[column, *LISTED], name=f"saga_{name}")
                for name, column in SORTED_BY.items()
            ),
            models.Index(
                fields=["status", "created_at", "saga_id", "definition"],
                name="saga_status",
            ),
            models.Index(fields=["customer_id"], name="saga_customer"),
            NullIndex(
                fields=["wake_at"],
                condition=Q(wake_at__isnull=False),
                name="saga_due",
            ),
            NullIndex(
                fields=["attention_since"],
                condition=Q(attention_since__isnull=False),
                name="saga_attention",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.saga_id} {self.status}"


class JobStatus(models.TextChoices):
    """How far a job over many sagas is."""

    WAITING = "WAITING", "not begun"
    RUNNING = "RUNNING", "running"
    DONE = "DONE", "done"


# What only who wants to see the sagas of a job reads.
LONG = ("saga_ids", "refused")


class RetryJob(models.Model):
    """A retry of many sagas, as one thing that can be watched."""

    job_id = models.CharField(max_length=60, primary_key=True, db_column="_id")
    status = models.CharField(max_length=12, choices=JobStatus.choices)
    by = models.CharField(max_length=150)
    reason = models.CharField(max_length=500, blank=True)
    saga_ids = models.JSONField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    retried = models.PositiveIntegerField(default=0)
    # Old code still writes it; RetryRefusal has it now. It goes with the next version.
    refused = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-job_id"]
        indexes: ClassVar = [models.Index(fields=["status"], name="job_status")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.status}"


class RetryRefusal(models.Model):
    """A saga that a job left alone: a row of its own, for there may be very many."""

    refusal_id = models.CharField(max_length=80, primary_key=True, db_column="_id")
    job = models.ForeignKey(
        RetryJob, models.CASCADE, related_name="refusals", db_index=False
    )
    number = models.PositiveIntegerField()  # its place in the job
    saga_id = models.TextField()  # as it was named: it need not be a saga's
    code = models.CharField(max_length=60)

    class Meta:
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [
            models.Index(fields=["job", "number"], name="refusal_of_job")
        ]

    def __str__(self) -> str:
        return f"{self.saga_id} {self.code}"
