"""Celery: the sweep that asks again where an answer is missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import shared_task

from common import clock
from order_svc.orders import services

BEAT: dict[str, dict[str, Any]] = {
    "resend-stuck-orders": {
        "task": "orders.resend_stuck",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
}

BATCH = 500


@shared_task(name="orders.resend_stuck")
def resend_stuck() -> int:
    """Send again what is due, until nothing is."""
    total = 0
    while count := services.resend_stuck(clock.now(), BATCH):
        total += count
        if count < BATCH:
            break
    return total
