"""Celery: sending the orders of runs, a short while at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import shared_task

from common.faults.services import are_allowed
from orchestrator_svc.playground import doorbell, sending

BEAT: dict[str, dict[str, Any]] = {
    "send-playground-orders": {
        "task": "playground.send_orders",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
}


@shared_task(name="playground.send_orders")
def send_orders() -> int:
    """Send for a short while, and ring again where more can be sent at once."""
    if not are_allowed():
        return 0
    sent = sending.send_for_a_while()
    if sent and sending.anything_left():
        doorbell.ring()
    return sent
