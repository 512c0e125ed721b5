"""What a person does to messages that got stuck; every act is in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from common.log.connect import connect
from common.messaging import outbox, redrive, retention
from common.messaging.models import (
    OPEN_STATUSES,
    DeadLetter,
    LetterStatus,
    OutboxMessage,
)
from common.messaging.publishing import publish_now
from common.messaging.service import this_service
from common.storage.transactions import run_atomically
from common.web import audit

# What waits behind another is tried when that one is.
REDRIVABLE = (LetterStatus.DEAD, LetterStatus.RETRYING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A letter that was left as it is, and why."""

    letter_id: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redriven:
    """What came of a redrive: `tried` holds the letters that were held back too."""

    tried: list[DeadLetter]
    refused: list[Refusal]

    @property
    def resolved(self) -> int:
        """How many were handled at last."""
        return sum(letter.status == LetterStatus.RESOLVED for letter in self.tried)


def redrive_letters(
    letters: Sequence[DeadLetter], *, by: audit.Actor, reason: str = ""
) -> Redriven:
    """Try letters again now, in the order they came. Not to be run in a transaction."""
    refused = [refusal for refusal in map(redrive_refusal, letters) if refusal]
    wanted = [letter for letter in letters if redrive_refusal(letter) is None]
    wanted.sort(key=lambda letter: letter.letter_id)
    before = {letter.letter_id: letter.status for letter in wanted}
    _audit(before, "letter.redrive", by, reason)
    tried, sent = redrive.redrive(this_service(), wanted)
    publish_now(sent)
    return Redriven(tried=tried, refused=refused)


def redrive_refusal(letter: DeadLetter) -> Refusal | None:
    """Why this letter cannot be tried again by itself; None where it can."""
    if letter.status == LetterStatus.HELD:
        return Refusal(
            letter_id=letter.letter_id,
            code="LETTER_HELD",
            detail=f"{letter.letter_id} waits behind an earlier message of "
            f"{letter.message_key}: redrive or discard that one.",
        )
    return _closed(letter)


def discard_letter(letter: DeadLetter, *, by: audit.Actor, reason: str) -> None:
    """Put an open letter aside for good. Raises ValueError for a closed one."""

    def unit() -> None:
        redrive.discard(letter, reason)
        audit.record(by, "letter.discard", letter.letter_id, reason, _about(letter))

    run_atomically(unit)


def discard_refusal(letter: DeadLetter) -> Refusal | None:
    """Why this letter cannot be put aside; None where it can."""
    return _closed(letter)


def replay(
    rows: Sequence[OutboxMessage], *, by: audit.Actor, target: str, reason: str = ""
) -> int:
    """Send messages of the past once more; return how many."""
    run_atomically(
        lambda: audit.record(
            by, "outbox.replay", target, reason, {"messages": len(rows)}
        )
    )
    return outbox.replay(rows)


def purge(*, older_than: timedelta, by: audit.Actor) -> dict[str, int]:
    """Delete what is past this age in the mailbox, and past its own in the log."""
    log_admin = connect(settings.LOG_URL).admin()
    counts = retention.purge(log_admin, older_than=older_than)
    target = f"older than {older_than.days} days"
    run_atomically(lambda: audit.record(by, "messages.purge", target, detail=counts))
    return counts


def _closed(letter: DeadLetter) -> Refusal | None:
    if letter.status in OPEN_STATUSES:
        return None
    return Refusal(
        letter_id=letter.letter_id,
        code="LETTER_CLOSED",
        detail=f"{letter.letter_id} is {letter.status}: there is nothing left to do.",
    )


def _audit(letters: dict[str, str], action: str, by: audit.Actor, reason: str) -> None:
    if not letters:
        return
    target = next(iter(letters)) if len(letters) == 1 else f"{len(letters)} letters"
    detail = {"letters": letters}
    run_atomically(lambda: audit.record(by, action, target, reason, detail))


def _about(letter: DeadLetter) -> dict[str, str]:
    return {"messageId": letter.message_id, "key": letter.message_key}
