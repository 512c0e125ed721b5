"""Recoveries in the admin: to be looked at, only."""

from __future__ import annotations

from django.contrib import admin

from common.recovery.models import Recovery
from common.web.admin import ReadOnlyAdmin


@admin.register(Recovery)
class RecoveryAdmin(ReadOnlyAdmin):
    """Payments that had to be ensured, newest first."""

    list_display = (
        "recovery_id",
        "order_id",
        "amount",
        "status",
        "tries",
        "error",
        "next_try_at",
        "attention_since",
        "created_at",
    )
    list_filter = ("status",)
    search_fields = ("order_id",)
    show_full_result_count = False
