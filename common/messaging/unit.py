"""One batch, one transaction: inbox, effects and outbox are kept together or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from common import clock, faults
from common.messaging import dead_letters, inbox, outbox, relay
from common.messaging.envelope import Inbound
from common.messaging.intake import Intake
from common.messaging.models import OutboxMessage
from common.messaging.service import Service
from common.storage.transactions import run_atomically


def handle(
    service: Service, intake: Intake, *, published: Sequence[OutboxMessage] = ()
) -> list[OutboxMessage]:
    """Give a batch its effect; return the messages to publish now that it is kept.

    `published` is what an earlier batch sent: it is noted on the way. Raises whatever
    the handler raised, with nothing kept.
    """
    if intake.messages:
        faults.reach("service.handle")
    return run_atomically(lambda: _handle(service, intake, published, clock.now()))


def _handle(
    service: Service,
    intake: Intake,
    published: Sequence[OutboxMessage],
    now: datetime,
) -> list[OutboxMessage]:
    relay.note_published(published)
    sent = dead_letters.bury_unreadable(service, intake.unreadable, now)
    if not intake.messages:
        return sent
    fresh, repeats = inbox.sift(intake.messages)
    ready = dead_letters.hold_back(fresh, now)
    return [*sent, *effect(service, ready, now), *_answers_again(repeats)]


def effect(
    service: Service, messages: Sequence[Inbound], now: datetime
) -> list[OutboxMessage]:
    """Run the handler on new messages, in the running transaction."""
    if not messages:
        return []
    stored = outbox.store(service.handle(messages, now))
    inbox.remember(messages, now)
    return stored


def _answers_again(repeats: Sequence[Inbound]) -> list[OutboxMessage]:
    return outbox.sent_because_of([one for one in repeats if one.envelope.resend])
