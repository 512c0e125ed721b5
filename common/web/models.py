"""What the web side keeps: first answers by key, who did what and why, wrong tries."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class IdempotencyRecord(models.Model):
    """The first answer to a POST that named an Idempotency-Key."""

    # sha256 of caller, path and key: keys of two callers or two paths do not meet.
    record_id = models.CharField(max_length=64, primary_key=True, db_column="_id")
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "record_id"]

    def __str__(self) -> str:
        return self.record_id


class AuditEntry(models.Model):
    """An operator's action: who, when, what, on what, why."""

    entry_id = models.CharField(max_length=40, primary_key=True, db_column="_id")
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=100)
    target = models.CharField(max_length=200)
    reason = models.CharField(max_length=2000, blank=True)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=128, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-entry_id"]
        verbose_name_plural = "audit entries"
        indexes: ClassVar = [
            models.Index(fields=["-at", "-entry_id"], name="audit_newest"),
            models.Index(fields=["target", "-at"], name="audit_target"),
        ]
        permissions: ClassVar = [
            ("may_read", "May read everything"),
            ("may_order", "May place and cancel orders"),
            ("may_operate", "May retry, cancel, refund, redrive, initialize"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.target}"


class SignInTries(models.Model):
    """How often a password was wrong at one door, and when last."""

    # sha256 of the address, alone or with the name: neither is kept.
    tries_id = models.CharField(max_length=64, primary_key=True, db_column="_id")
    failures = models.PositiveIntegerField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar = ["-last_at", "tries_id"]
        verbose_name_plural = "sign-in tries"

    def __str__(self) -> str:
        return f"{self.failures} at {self.tries_id}"
