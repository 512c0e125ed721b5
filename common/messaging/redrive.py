"""Trying dead letters again: by the clock, or because a person said so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from common import clock
from common.contracts.base import ContractError
from common.messaging import dead_letters, inbox, outbox
from common.messaging.intake import read
from common.messaging.models import (
    OPEN_STATUSES,
    DeadLetter,
    LetterStatus,
    OutboxMessage,
)
from common.messaging.service import Service
from common.messaging.unit import effect
from common.storage.outages import is_outage
from common.storage.transactions import run_atomically


def due(now: datetime, limit: int = 100) -> list[DeadLetter]:
    """The letters whose time for another try has come."""
    rows = DeadLetter.objects.filter(
        status=LetterStatus.RETRYING, next_try_at__lte=now
    ).order_by("letter_id")
    return [*rows[:limit], *_left_behind(limit)]


def redrive(
    service: Service, letters: Iterable[DeadLetter]
) -> tuple[list[DeadLetter], list[OutboxMessage]]:
    """Try letters again, and what they held back; return what was tried and is to send.

    The message keeps its id, so an effect that did happen does not happen twice.
    """
    tried: list[DeadLetter] = []
    sent: list[OutboxMessage] = []
    for letter in letters:
        one: DeadLetter | None = letter
        while one is not None:
            sent += _try(service, one)
            tried.append(one)
            # Asked anew each time: more may have been held back meanwhile.
            handled = one.status == LetterStatus.RESOLVED
            one = _next_held(letter) if handled else None
    return tried, sent


def discard(letter: DeadLetter, reason: str) -> None:
    """Put a letter aside for good; what it held back can then go on.

    Raises ValueError for a letter that is closed already.
    """
    if letter.status not in OPEN_STATUSES:
        raise ValueError(f"The letter is {letter.status}: only open ones are discarded")
    was_first = letter.status != LetterStatus.HELD
    letter.status, letter.next_try_at = LetterStatus.DISCARDED, None
    letter.error = f"{letter.error} (discarded: {reason})"[:500]
    _save(letter)
    # What waited behind it has nothing to wait for now.
    held = _next_held(letter) if was_first else None
    if held is not None:
        held.status, held.next_try_at = LetterStatus.RETRYING, clock.now()
        _save(held)


def _try(service: Service, letter: DeadLetter) -> list[OutboxMessage]:
    try:
        return run_atomically(lambda: _handle_again(service, letter, clock.now()))
    except Exception as error:
        if is_outage(error):
            raise  # the letter is not at fault: no try was had
        failure = error
    return run_atomically(lambda: _failed_again(service, letter, failure))


def _handle_again(
    service: Service, letter: DeadLetter, now: datetime
) -> list[OutboxMessage]:
    message = read(dead_letters.record_of(letter))
    fresh, _ = inbox.sift([message])
    sent = effect(service, fresh, now)
    letter.status, letter.next_try_at = LetterStatus.RESOLVED, None
    _save(letter)
    return sent


def _failed_again(
    service: Service, letter: DeadLetter, error: Exception
) -> list[OutboxMessage]:
    now = clock.now()
    dead_letters.note_failure(letter, error, now)
    if isinstance(error, ContractError):
        letter.status, letter.next_try_at = LetterStatus.DEAD, None
    _save(letter)
    if letter.status != LetterStatus.DEAD:
        return []
    return outbox.store([dead_letters.announcement(service, letter, now)])


def _next_held(letter: DeadLetter) -> DeadLetter | None:
    if not letter.blocks_key:
        return None
    rows = DeadLetter.objects.filter(
        message_key=letter.message_key, status=LetterStatus.HELD
    )
    return rows.order_by("letter_id").first()


def _left_behind(limit: int) -> list[DeadLetter]:
    """Held letters with nothing before them: held just when that was resolved."""
    held = DeadLetter.objects.filter(status=LetterStatus.HELD).order_by("letter_id")
    first = {letter.message_key: letter for letter in reversed(list(held[:limit]))}
    blocked = DeadLetter.objects.filter(
        message_key__in=first,
        status__in=(LetterStatus.RETRYING, LetterStatus.DEAD),
        blocks_key=True,
    ).values_list("message_key", flat=True)
    for key in set(blocked):
        del first[key]
    return list(first.values())


def _save(letter: DeadLetter) -> None:
    letter.updated_at = clock.now()
    letter.save(
        update_fields=[
            "status",
            "next_try_at",
            "attempts",
            "error",
            "trace",
            "updated_at",
        ]
    )
