"""Making the messages a service sends: ids, causes and JSON in one place.

Ids are made from what caused them, so a unit that runs again sends the same ids, and
whoever receives a message twice knows it.
"""

from __future__ import annotations

from datetime import datetime

from common.contracts import topics, wire
from common.contracts.base import Command, Done, Event, Refused, Reply
from common.messaging.envelope import Envelope, Inbound, Outbound, iso


class NotACommand(TypeError):
    """Only a command can be replied to."""


def source_of(service: str) -> str:
    """The CloudEvents source of a service."""
    return f"/{service}-service"


def reply_to(
    inbound: Inbound, answer: Done | Refused, *, service: str, now: datetime
) -> Outbound:
    """The participant's answer to the command that came in."""
    command = inbound.body
    if not isinstance(command, Command):
        raise NotACommand(f"{inbound.envelope.message_id} is not a command")
    reply = Reply(command_name=command.name, answer=answer)
    asked = inbound.envelope
    return Outbound(
        envelope=Envelope(
            message_id=f"{asked.message_id}/reply",
            type=f"{command.name}.{'SUCCESS' if reply.succeeded else 'FAILED'}",
            source=source_of(service),
            time=iso(now),
            subject=inbound.order_id,
            correlation_id=asked.correlation_id,
            causation_id=asked.message_id,
            traceparent=asked.traceparent,
        ),
        topic=topics.REPLIES,
        key=inbound.order_id,
        value=wire.encode_reply(inbound.saga_id, inbound.order_id, reply),
    )


def event(
    body: Event,
    *,
    service: str,
    now: datetime,
    cause: Inbound | None = None,
    suffix: str = "",
    traceparent: str = "",
) -> Outbound:
    """A fact for whoever listens; `suffix` tells apart events with several causes.

    A resend travels on: what caused this again sends this again, marked as such.
    """
    name = f"{body.order_id}/{body.topic}"
    message_id = f"{name}/{suffix}" if suffix else name
    asked = cause.envelope if cause else None
    return Outbound(
        envelope=Envelope(
            message_id=message_id,
            type=body.topic,
            source=source_of(service),
            time=iso(now),
            subject=body.order_id,
            correlation_id=body.order_id,
            causation_id=asked.message_id if asked else "",
            traceparent=asked.traceparent if asked else traceparent,
        ),
        topic=body.topic,
        key=body.order_id,
        value=wire.encode(body),
    )


def command(
    body: Command,
    *,
    command_id: str,
    saga_id: str,
    order_id: str,
    service: str,
    now: datetime,
    causation_id: str = "",
    traceparent: str = "",
    resend: int = 0,
) -> Outbound:
    """A saga's command; `command_id` is the same for every resend."""
    return Outbound(
        envelope=Envelope(
            message_id=command_id,
            type=body.name,
            source=source_of(service),
            time=iso(now),
            subject=order_id,
            correlation_id=saga_id,
            causation_id=causation_id,
            traceparent=traceparent,
            resend=resend,
        ),
        topic=topics.COMMANDS,
        key=order_id,
        value=wire.encode_command(saga_id, order_id, body),
    )
