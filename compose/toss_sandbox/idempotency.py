"""The first answer to an idempotency key is every answer to it.

A key counts together with the API key, the address and the method, as Toss says
(https://docs.tosspayments.com/guides/using-api/idempotency-key), for 15 days.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.utils import timezone

from compose.toss_sandbox.books import writing
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import Answer

LONGEST = 300
LASTS = timedelta(days=15)


def forget_unfinished() -> None:
    """What ran when the sandbox died will never be answered: it may be asked anew."""
    with writing():
        Answer.objects.filter(status__isnull=True).delete()


def forget_old() -> None:
    """Answers are kept for as long as their keys are valid."""
    with writing():
        Answer.objects.filter(at__lt=timezone.now() - LASTS).delete()


def key_of(header: str, secret: str, method: str, path: str) -> str:
    """The key of an answer; empty where the caller gave none. Raises TossError."""
    if not header:
        return ""
    if len(header) > LONGEST:
        raise TossError("INVALID_IDEMPOTENCY_KEY")
    parts = f"{header}\n{secret}\n{method}\n{path}"
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


def begun(key: str) -> tuple[int, str] | None:
    """Status and body given before; None where this call is the first: it is noted.

    Raises TossError while the first is running.
    """
    now = timezone.now()
    with writing():
        found = Answer.objects.filter(key=key).first()
        if found is None or found.at < now - LASTS:
            Answer(key=key, at=now).save(force_insert=found is None)
            return None
    if found.status is None:
        raise TossError("IDEMPOTENT_REQUEST_PROCESSING")
    return found.status, found.body


def keep(key: str, status: int, body: str) -> None:
    """Keep the answer, in the transaction of its effect."""
    if key:
        Answer.objects.filter(key=key).update(status=status, body=body)


def forget(key: str) -> None:
    """The call ended without effect and answer: the key is free again."""
    if key:
        with writing():
            Answer.objects.filter(key=key, status__isnull=True).delete()
