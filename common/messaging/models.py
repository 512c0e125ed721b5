"""The mailbox of a service: what it must send, has handled, and could not handle."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from common.storage.indexes import NullIndex


class OutboxMessage(models.Model):
    """A message that left with the transaction which decided it.

    It is kept after it was published, so that an answer can be given again without
    deciding again (see outbox.sent_because_of), until retention removes it.
    """

    position = models.CharField(max_length=40, primary_key=True, db_column="_id")
    message_id = models.CharField(max_length=200)
    topic = models.CharField(max_length=100)
    message_key = models.CharField(max_length=100)
    type = models.CharField(max_length=100)
    causation_id = models.CharField(max_length=200, blank=True)
    headers = models.TextField()
    value = models.BinaryField()
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-position"]
        indexes: ClassVar = [
            NullIndex(
                fields=["position"],
                condition=Q(published_at__isnull=True),
                name="outbox_unpublished",
            ),
            models.Index(fields=["message_key"], name="outbox_key"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"


class InboxMessage(models.Model):
    """The id of a message whose effect is in this database: it is never had twice."""

    message_id = models.CharField(max_length=200, primary_key=True, db_column="_id")
    topic = models.CharField(max_length=100)
    message_key = models.CharField(max_length=100)
    handled_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar = ["-handled_at", "-message_id"]

    def __str__(self) -> str:
        return self.message_id


class LetterStatus(models.TextChoices):
    """What is to become of a message that could not be handled."""

    RETRYING = "RETRYING", "will be tried again by itself"
    HELD = "HELD", "waits behind an earlier message of the same order"
    DEAD = "DEAD", "needs a person"
    RESOLVED = "RESOLVED", "was handled in the end"
    DISCARDED = "DISCARDED", "was put aside by a person"


OPEN_STATUSES = (LetterStatus.RETRYING, LetterStatus.HELD, LetterStatus.DEAD)


class DeadLetter(models.Model):
    """A message whose handling failed, with all it takes to try it again."""

    letter_id = models.CharField(max_length=40, primary_key=True, db_column="_id")
    message_id = models.CharField(max_length=200)
    topic = models.CharField(max_length=100)
    source = models.CharField(max_length=200, help_text="topic/partition/offset")
    message_key = models.CharField(max_length=100)
    type = models.CharField(max_length=100, blank=True)
    headers = models.TextField()
    value = models.BinaryField()
    status = models.CharField(max_length=12, choices=LetterStatus.choices)
    blocks_key = models.BooleanField(
        default=True, help_text="later messages of the same key wait behind it"
    )
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    trace = models.TextField(blank=True)
    next_try_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-letter_id"]
        indexes: ClassVar = [
            models.Index(fields=["status", "next_try_at"], name="letter_due"),
            models.Index(fields=["message_key"], name="letter_key"),
            models.Index(fields=["message_id"], name="letter_message"),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.message_id}"
