"""The first answer to an idempotency key is every answer to it.

A key counts together with the API key, the address and the method, as Toss says
(https://docs.tosspayments.com/guides/using-api/idempotency-key), for 15 days.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import Answer

LONGEST = 300
LASTS = timedelta(days=15)


def forget_unfinished() -> None:
    """What ran when the sandbox died will never be answered: it may be asked anew."""
    Answer.objects.filter(status__isnull=True).delete()


def key_of(header: str, secret: str, method: str, path: str) -> str:
    """The key of an answer; empty where the caller gave none. Raises TossError."""
    if not header:
        return ""
    if len(header) > LONGEST:
        raise TossError("INVALID_IDEMPOTENCY_KEY")
    parts = f"{header}\n{secret}\n{method}\n{path}"
    return hashlib.sha256(parts.encode()).hexdigest()


def begun(key: str) -> tuple[int, Any] | None:
    """The answer given before; None where this call is the first, which is noted.

    Raises TossError while the first is running.
    """
    now = timezone.now()
    with transaction.atomic():
        Answer.objects.filter(key=key, at__lt=now - LASTS).delete()
        found = Answer.objects.filter(key=key).first()
        if found is None:
            Answer.objects.create(key=key, at=now)
            return None
    if found.status is None:
        raise TossError("IDEMPOTENT_REQUEST_PROCESSING")
    return found.status, json.loads(found.body)


def keep(key: str, status: int, body: str) -> None:
    """Keep the answer, in the transaction of its effect."""
    if key:
        Answer.objects.filter(key=key).update(status=status, body=body)


def forget(key: str) -> None:
    """The call had no effect and no answer: the key is free again."""
    if key:
        Answer.objects.filter(key=key).delete()
