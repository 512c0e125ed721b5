"""From records of the log to checked messages; what does not fit is set apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from common.contracts import topics, wire
from common.contracts.base import ContractError
from common.log.port import LogRecord
from common.messaging.envelope import Inbound, check_envelope, read_envelope
from common.messaging.outbound import source_of
from common.messaging.service import Service


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that breaks its contract, and how."""

    record: LogRecord
    error: str


@dataclass(slots=True)
class Intake:
    """What a polled batch holds for a service, in the order of the log."""

    messages: list[Inbound] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


def take_in(records: Sequence[LogRecord], service: Service) -> Intake:
    """Sort out what is for `service`; messages for others are passed over."""
    intake = Intake()
    commands = service.commands
    own_source = source_of(service.name)
    for record in records:
        if not _concerns(record, service, commands, own_source):
            continue
        try:
            intake.messages.append(read(record))
        except ContractError as error:
            intake.unreadable.append(Unreadable(record, str(error)))
    return intake


def read(record: LogRecord) -> Inbound:
    """Decode and check one record. Raises ContractError."""
    position = position_of(record)
    body: wire.AnyBody
    saga_id = ""
    if record.topic == topics.COMMANDS:
        saga_id, order_id, body = wire.decode_command(record.value)
        kind = body.name
        if record.headers.get("ce_type", kind) != kind:
            raise ContractError(f"ce_type: says another command than {kind}")
    elif record.topic == topics.REPLIES:
        saga_id, order_id, body = wire.decode_reply(record.value)
        kind = body.command_name
    else:
        body = wire.decode_event(record.topic, record.value)
        order_id, kind = body.order_id, record.topic
    envelope = read_envelope(
        record.headers, fallback_id=position, key=order_id, kind=kind
    )
    check_envelope(envelope)
    return Inbound(
        envelope=envelope,
        topic=record.topic,
        order_id=order_id,
        saga_id=saga_id,
        body=body,
        record=record,
    )


def position_of(record: LogRecord) -> str:
    """Where the record stands: the id of a message that brought none."""
    return f"{record.topic}/{record.partition}/{record.offset}"


def _concerns(
    record: LogRecord, service: Service, commands: frozenset[str], own_source: str
) -> bool:
    if record.topic == topics.COMMANDS:
        name = record.headers.get("ce_type", "")
        if name not in wire.COMMANDS:
            name = wire.command_name_of(record.value)
        return name in commands or (service.takes_strays and name not in wire.COMMANDS)
    # A service that listens to its own event does so for other producers' sake.
    return record.headers.get("ce_source") != own_source
