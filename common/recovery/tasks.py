"""Celery: asking for payments that must be ensured, and forgetting those that are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from common import clock
from common.recovery import client, services

BEAT: dict[str, dict[str, Any]] = {
    "recover-payments": {
        "task": "recovery.recover_payments",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "purge-recoveries": {
        "task": "recovery.purge",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
}


@shared_task(name="recovery.recover_payments")  # type: ignore[untyped-decorator]
def recover_payments() -> int:
    """Ask the payment service for what is due; return how many it has answered."""
    if not services.any_due():  # as nearly always: nothing is opened for it
        return 0
    conclude: services.Conclude = import_string(settings.SERVICE_RECOVERY)
    return services.run_due(client.ensure, conclude)


@shared_task(name="recovery.purge")  # type: ignore[untyped-decorator]
def purge() -> int:
    """Delete concluded recoveries past their keeping time; return how many."""
    kept = timedelta(days=settings.MESSAGE_RETENTION_DAYS)
    return services.purge(clock.now() - kept)
