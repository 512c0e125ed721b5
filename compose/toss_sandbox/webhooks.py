"""Telling the merchant what has changed, from a stored queue, until it says 200."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import httpx
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from compose.toss_sandbox import behaviour
from compose.toss_sandbox.models import TossPayment, Webhook
from compose.toss_sandbox.payment_json import moment, shown

# Toss waits 1, 4, 16 … minutes, seven times; here it is seconds.
MOST_TRIES = 7
TIMEOUT_S = 5.0
LOOK_S = 1.0

_rung = threading.Event()


def tell(payment: TossPayment) -> None:
    """The payment has changed: the merchant hears of it once this is committed."""
    if not settings.WEBHOOK_URL:
        return
    body = {
        "eventType": "PAYMENT_STATUS_CHANGED",
        "createdAt": moment(timezone.now()),
        "data": shown(payment),
    }
    Webhook.objects.create(
        body=json.dumps(body, ensure_ascii=False), next_try_at=timezone.now()
    )
    transaction.on_commit(_rung.set)


def start() -> None:
    """Send what is stored, and what will be, in the background."""
    threading.Thread(target=_run, name="webhooks", daemon=True).start()


def send_due(client: httpx.Client) -> int:
    """Send what is due; how many the merchant took."""
    if behaviour.holds_webhooks():
        return 0
    due = Webhook.objects.filter(next_try_at__lte=timezone.now())[:100]
    return sum(_sent(client, webhook) for webhook in due)


def _run() -> None:
    with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
        while True:
            _rung.wait(LOOK_S)
            _rung.clear()
            try:
                send_due(client)
            except OperationalError:
                connection.close()  # a busy database: the queue is still there


def _sent(client: httpx.Client, webhook: Webhook) -> bool:
    headers = {"Content-Type": "application/json"}
    try:
        answer = client.post(
            settings.WEBHOOK_URL, content=webhook.body.encode(), headers=headers
        )
        taken = answer.status_code == 200
    except httpx.HTTPError:
        taken = False
    if taken or webhook.tries + 1 >= MOST_TRIES:
        webhook.delete()
        return taken
    webhook.tries += 1
    webhook.next_try_at = timezone.now() + timedelta(seconds=2**webhook.tries)
    webhook.save()
    return False
