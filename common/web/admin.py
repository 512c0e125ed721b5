"""Audit entries and idempotency records in the admin: to be looked at, only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from common.web.models import AuditEntry, IdempotencyRecord


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The machine writes, people look; other apps' admins may build on it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes; retention does."""
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, newest first."""

    list_display = ("at", "actor", "action", "target", "reason")
    list_filter = ("action",)
    search_fields = ("actor", "target", "reason", "request_id")


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(ReadOnlyAdmin):
    """First answers to POSTs with a key."""

    list_display = ("record_id", "status", "created_at")
    exclude: ClassVar = ("body",)
