"""Reading the mailbox: letters, and what happened to one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Generic, TypeVar

import msgspec
from django.db.models import Count, Model, Q, QuerySet

from common.messaging.models import DeadLetter, InboxMessage, OutboxMessage
from common.messaging.position import position_at
from common.web.models import AuditEntry

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Tail(Generic[M]):
    """The newest `rows` of `total`, oldest first."""

    rows: list[M]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An order's part of this service's mailbox, and what people did about it."""

    key: str
    sent: Tail[OutboxMessage]
    handled: Tail[InboxMessage]
    letters: Tail[DeadLetter]
    actions: Tail[AuditEntry]


def letters(
    *,
    statuses: Sequence[str] = (),
    key: str = "",
    letter_ids: Sequence[str] = (),
    before: str = "",
) -> QuerySet[DeadLetter]:
    """Dead letters, newest first; what is not said narrows nothing.

    `before` is a letter: only those that are older than it.
    """
    rows = DeadLetter.objects.all()
    if statuses:
        rows = rows.filter(status__in=statuses)
    if key:
        rows = rows.filter(message_key=key)
    if before:
        rows = rows.filter(letter_id__lt=before)
    return rows.filter(letter_id__in=letter_ids) if letter_ids else rows


def without_content(rows: QuerySet[DeadLetter]) -> QuerySet[DeadLetter]:
    """The same rows, their payloads, headers and traces left in the database."""
    return rows.defer("value", "headers", "trace")


def letter_counts(*, key: str = "") -> dict[str, int]:
    """How many letters there are of each status that has any."""
    counted = letters(key=key).order_by().values("status").annotate(n=Count("pk"))
    return {row["status"]: row["n"] for row in counted}


def sent(
    *,
    key: str = "",
    since: datetime | None = None,
    topic: str = "",
    message_id: str = "",
) -> QuerySet[OutboxMessage]:
    """Messages of the outbox, newest first; what is not said narrows nothing."""
    wanted = {"message_key": key, "topic": topic, "message_id": message_id}
    rows = OutboxMessage.objects.filter(**{k: v for k, v in wanted.items() if v})
    if since is not None:
        # Positions begin with the time, and are the primary key.
        rows = rows.filter(position__gte=position_at(since))
    return rows


def story(*, key: str, limit: int) -> Story:
    """What this service sent, handled and failed to handle of one order.

    An action belongs to it where its target is the order, or one of its sagas or
    letters.
    """
    found = _tail(letters(key=key), limit)
    targets = {key, *_correlations(key), *(row.letter_id for row in found.rows)}
    return Story(
        key=key,
        sent=_tail(sent(key=key), limit),
        handled=_tail(handled(key), limit),
        letters=found,
        actions=_tail(AuditEntry.objects.filter(target__in=targets), limit),
    )


def _tail(rows: QuerySet[M], limit: int) -> Tail[M]:
    newest = list(rows[:limit])
    total = len(newest) if len(newest) < limit else rows.count()
    return Tail(newest[::-1], total)


def handled(key: str) -> QuerySet[InboxMessage]:
    """What this service handled of an order, newest first.

    Ids of messages begin with the order or its saga, so no index by key is needed on
    the hottest table; what came without an id of its own is not found.
    """
    stories = [key, *_correlations(key)]
    return InboxMessage.objects.filter(reduce(or_, map(_begins_with, stories)))


def _correlations(key: str) -> list[str]:
    rows = OutboxMessage.objects.filter(message_key=key).order_by()
    headers = (
        msgspec.json.decode(text, type=dict[str, str])
        for text in rows.values_list("headers", flat=True)
    )
    return list(dict.fromkeys(one.get("ce_correlationid", key) for one in headers))


def _begins_with(story: str) -> Q:
    # "0" is the character after "/".
    return Q(message_id__gte=f"{story}/", message_id__lt=f"{story}0")
