"""Telling the merchant what has changed, from a stored queue, until it says 200."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from compose.toss_sandbox import behaviour
from compose.toss_sandbox.books import writing
from compose.toss_sandbox.models import TossPayment, Webhook
from compose.toss_sandbox.payment_json import moment, shown

# After 1, 4, 16 … minutes, says Toss; after 1, 4, 16 … seconds here.
PAUSES_S = (1, 4, 16, 64, 256, 1024, 4096)
TIMEOUT_S = 10.0
AT_ONCE = 4
BATCH = 100

rung = threading.Event()


def tell(payment: TossPayment) -> None:
    """The payment has changed: the merchant hears of it once this is committed."""
    if not settings.WEBHOOK_URL:
        return
    now = timezone.now()
    body = {
        "eventType": "PAYMENT_STATUS_CHANGED",
        "createdAt": timezone.localtime(now).replace(tzinfo=None).isoformat(),
        "data": shown(payment),
    }
    Webhook.objects.create(body=json.dumps(body, ensure_ascii=False), next_try_at=now)
    transaction.on_commit(rung.set)


def send_due(client: httpx.Client, pool: ThreadPoolExecutor) -> int:
    """Send what is due, a few at a time; how many were due."""
    if behaviour.holds_webhooks():
        return 0
    due = list(Webhook.objects.filter(next_try_at__lte=timezone.now())[:BATCH])
    list(pool.map(lambda webhook: send(client, webhook), due))
    return len(due)


def send(client: httpx.Client, webhook: Webhook) -> None:
    """Send once; it is gone when it was taken, or after the last try."""
    taken = _is_taken(client, webhook)
    with writing():
        if taken or webhook.tries == len(PAUSES_S):
            webhook.delete()
            return
        pause = timedelta(seconds=PAUSES_S[webhook.tries])
        webhook.tries += 1
        webhook.next_try_at = timezone.now() + pause
        webhook.save()


def _is_taken(client: httpx.Client, webhook: Webhook) -> bool:
    headers = {
        "Content-Type": "application/json",
        "tosspayments-webhook-transmission-time": moment(timezone.now()),
        "tosspayments-webhook-transmission-retried-count": str(webhook.tries),
        "tosspayments-webhook-transmission-id": f"sandbox-{webhook.pk}",
    }
    try:
        answer = client.post(
            settings.WEBHOOK_URL, content=webhook.body.encode(), headers=headers
        )
    except httpx.HTTPError:
        return False  # nobody there, or no answer in time: it is told again
    return answer.status_code == 200
