"""What services tell of an order, read into records; no I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message of a service's outbox; `resend` counts how often it asks again."""

    service: str
    message_id: str
    topic: str
    type: str
    cause: str
    at: datetime
    published: bool
    headers: Mapping[str, str]
    value: Any

    @property
    def resend(self) -> int:
        """0 for the first sending."""
        text = self.headers.get("ce_resend", "0")
        return int(text) if text.isdecimal() else 0

    @property
    def body(self) -> Json:
        """The value's members; none where it has not the form of a message."""
        return self.value if isinstance(self.value, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """A message that a service has had, and when."""

    message_id: str
    topic: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message that a service could not handle."""

    service: str
    letter_id: str
    message_id: str
    topic: str
    type: str
    status: str
    error: str
    attempts: int
    at: datetime
    changed_at: datetime
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a person did about the order."""

    service: str
    entry_id: str
    at: datetime
    actor: str
    name: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A service's part in the story.

    `left_off` older messages that it sent are not in it, and `forgotten` that it had.
    """

    service: str
    sent: Sequence[Sent] = ()
    handled: Mapping[str, Handled] = field(default_factory=dict)
    letters: Sequence[Letter] = ()
    actions: Sequence[Action] = ()
    left_off: int = 0
    forgotten: int = 0


def mailbox(service: str, answer: Json) -> Mailbox:
    """What the service's `GET /api/messages/story` says. Raises KeyError, ValueError.

    Anything else than that endpoint's answer raises one of the two.
    """
    handled = [_handled(one) for one in answer["handled"]]
    totals = answer["totals"]
    return Mailbox(
        service=service,
        sent=[_sent(service, one) for one in answer["sent"]],
        handled={one.message_id: one for one in handled},
        letters=[_letter(service, one) for one in answer["deadLetters"]],
        actions=[_action(service, one) for one in answer["actions"]],
        left_off=totals["sent"] - len(answer["sent"]),
        forgotten=totals["handled"] - len(handled),
    )


def time_of(text: Any) -> datetime | None:
    """The time in a member that may be null or no time at all."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _sent(service: str, one: Json) -> Sent:
    return Sent(
        service=service,
        message_id=one["messageId"],
        topic=one["topic"],
        type=one["type"],
        cause=one["causationId"],
        at=datetime.fromisoformat(one["createdAt"]),
        published=one["publishedAt"] is not None,
        headers=one["headers"],
        value=one["value"],
    )


def _handled(one: Json) -> Handled:
    return Handled(
        message_id=one["messageId"],
        topic=one["topic"],
        at=datetime.fromisoformat(one["handledAt"]),
    )


def _letter(service: str, one: Json) -> Letter:
    return Letter(
        service=service,
        letter_id=one["letterId"],
        message_id=one["messageId"],
        topic=one["topic"],
        type=one["type"],
        status=one["status"],
        error=one["error"],
        attempts=one["attempts"],
        at=datetime.fromisoformat(one["createdAt"]),
        changed_at=datetime.fromisoformat(one["updatedAt"]),
        value=one["value"],
    )


def _action(service: str, one: Json) -> Action:
    return Action(
        service=service,
        entry_id=one["entryId"],
        at=datetime.fromisoformat(one["at"]),
        actor=one["actor"],
        name=one["action"],
        target=one["target"],
        reason=one["reason"],
    )
