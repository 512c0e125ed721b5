"""What surrounds a record on its way: who sent it, why, and in which story.

Headers are CloudEvents 1.0 in Kafka binary mode (`ce_*`), with two extensions:
`ce_correlationid` names the whole story (saga or order), `ce_causationid` the message
or request that led to this one. `traceparent` is W3C Trace Context.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from common.contracts.base import Command, ContractError, Event, Reply
from common.log.port import LogRecord

# What any of our databases keeps of an id; a header is no place for more.
MAX_LENGTH = 200
# The ids of what follows from a message begin with its own.
MAX_ID = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The headers of one message, read and made complete.

    `message_id` is the inbox's key. `resend` > 0 marks a repeat that asks the
    receiver to give its answer again. `notes` are further headers.
    """

    message_id: str
    type: str
    source: str
    time: str
    subject: str
    correlation_id: str
    causation_id: str
    traceparent: str = ""
    resend: int = 0
    notes: Mapping[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """The envelope as log headers; empty ones are left out."""
        found = {
            "ce_specversion": "1.0",
            "ce_id": self.message_id,
            "ce_type": self.type,
            "ce_source": self.source,
            "ce_time": self.time,
            "ce_subject": self.subject,
            "ce_correlationid": self.correlation_id,
            "ce_causationid": self.causation_id,
            "content-type": "application/json",
        }
        if self.traceparent:
            found["traceparent"] = self.traceparent
        if self.resend:
            found["ce_resend"] = str(self.resend)
        found.update(self.notes)
        return found


def read_envelope(
    headers: Mapping[str, str], *, fallback_id: str, key: str, kind: str
) -> Envelope:
    """Read headers; a foreign producer may have sent none.

    `fallback_id` (topic, partition, offset) then names the message, so that a second
    delivery of the same record is still known.
    """
    resend = headers.get("ce_resend", "0")
    return Envelope(
        message_id=headers.get("ce_id") or fallback_id,
        type=headers.get("ce_type") or kind,
        source=headers.get("ce_source", ""),
        time=headers.get("ce_time", ""),
        subject=headers.get("ce_subject") or key,
        correlation_id=headers.get("ce_correlationid") or key,
        causation_id=headers.get("ce_causationid", ""),
        traceparent=headers.get("traceparent", ""),
        resend=int(resend) if resend.isdecimal() else 0,
    )


def check_envelope(envelope: Envelope) -> None:
    """Raise ContractError for what cannot be kept, or carried on to the next."""
    message_id = envelope.message_id
    if len(message_id) > MAX_ID or not message_id.isprintable():
        raise ContractError(f"ce_id: must be at most {MAX_ID} printable characters")
    for name, value in (
        ("ce_type", envelope.type),
        ("ce_source", envelope.source),
        ("ce_time", envelope.time),
        ("ce_subject", envelope.subject),
        ("ce_correlationid", envelope.correlation_id),
        ("ce_causationid", envelope.causation_id),
        ("traceparent", envelope.traceparent),
    ):
        if len(value) > MAX_LENGTH:
            raise ContractError(f"{name}: has more than {MAX_LENGTH} characters")
        if "\x00" in value:
            raise ContractError(f"{name}: has a null character")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A message that has arrived, decoded and checked."""

    envelope: Envelope
    topic: str
    order_id: str
    saga_id: str
    body: Command | Event | Reply
    record: LogRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """A message that leaves with the transaction in which it was decided."""

    envelope: Envelope
    topic: str
    key: str
    value: bytes


@lru_cache(maxsize=256)
def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, as everywhere on the wire."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03d}Z"
