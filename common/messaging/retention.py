"""How long the mailbox keeps what is done with."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from common import clock
from common.log.port import Admin
from common.messaging.models import (
    DeadLetter,
    InboxMessage,
    LetterStatus,
    OutboxMessage,
)
from common.messaging.position import position_at
from common.storage.transactions import run_atomically
from common.web import idempotency, sign_in_limits

CHUNK = 1000


def purge(admin: Admin, *, older_than: timedelta) -> dict[str, int]:
    """Delete published, handled and closed messages past their age; count by kind.

    The log's records, the answers to POSTs and the counts of wrong passwords go past
    ages of their own. A reply that is deleted here cannot be given again, so the age
    must be far above every step's deadline. Nothing unpublished or open is deleted.
    """
    now = clock.now()
    counts = purge_mailbox(now - older_than)
    counts["log"] = admin.apply_retention(int(now.timestamp() * 1000))
    counts["idempotency"] = idempotency.purge()
    counts["sign_in_tries"] = sign_in_limits.purge()
    return counts


def purge_mailbox(before: datetime, *, dry_run: bool = False) -> dict[str, int]:
    """Delete (or only count) this service's old messages, a chunk a transaction."""
    closed = (LetterStatus.RESOLVED, LetterStatus.DISCARDED)
    # Keys begin with the time of their making: younger rows are not even looked at.
    youngest = position_at(before)
    expired: dict[str, QuerySet[OutboxMessage | InboxMessage | DeadLetter]] = {
        "outbox": OutboxMessage.objects.filter(
            position__lt=youngest, published_at__isnull=False, created_at__lt=before
        ),
        "inbox": InboxMessage.objects.filter(handled_at__lt=before),
        "dead_letters": DeadLetter.objects.filter(
            letter_id__lt=youngest, status__in=closed, updated_at__lt=before
        ),
    }
    if dry_run:
        return {name: rows.count() for name, rows in expired.items()}
    return {name: _delete(rows) for name, rows in expired.items()}


def _delete(rows: QuerySet[OutboxMessage | InboxMessage | DeadLetter]) -> int:
    total = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        chunk = rows.model._default_manager.filter(pk__in=keys)
        run_atomically(chunk.delete)
        total += len(keys)
    return total
