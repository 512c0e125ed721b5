"""Celery: carrying out intents, and the sweep that finds what was left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import shared_task

from payment_svc.payments import gateway, settlement

BEAT: dict[str, dict[str, Any]] = {
    "settle-payments": {
        "task": "payments.settle",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
}


@shared_task(name="payments.settle")
def settle_payments() -> int:
    """Settle what is due, until nothing is; return how many payments were in hand."""
    total = 0
    while gateway.remote() is not None and (count := settlement.settle_due()):
        total += count
    return total
