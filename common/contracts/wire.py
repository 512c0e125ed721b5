"""JSON on the log, both ways: the seed's shapes outside, our records inside.

A command is {sagaId, orderId, command, data}; a reply {sagaId, orderId, command,
status, data}; an event is its own fields. Whatever does not fit its schema is a
ContractError that names the field.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from common.contracts import events
from common.contracts.base import (
    Code,
    Command,
    ContractError,
    Done,
    Event,
    Record,
    Refused,
    Reply,
    ReplyStatus,
)
from common.contracts.inventory import ReleaseInventory, ReserveInventory
from common.contracts.order import CancelOrder, CompleteOrder, CreateOrder
from common.contracts.payment import ProcessPayment, RefundPayment

COMMANDS: dict[str, type[Command]] = {
    command.name: command
    for command in (
        CreateOrder,
        ProcessPayment,
        ReserveInventory,
        CompleteOrder,
        CancelOrder,
        RefundPayment,
        ReleaseInventory,
    )
}

EVENTS: dict[str, type[Event]] = {
    event.topic: event
    for event in (
        events.OrderCreated,
        events.PaymentProcessed,
        events.PaymentFailed,
        events.InventoryReserved,
        events.InventoryFailed,
        events.OrderCancelled,
    )
}

AnyBody = Command | Event | Reply

_encoder = msgspec.json.Encoder(decimal_format="number")
T = TypeVar("T")


class CommandWire(Record, kw_only=True):
    """The outer form of a command."""

    saga_id: Code
    order_id: Code
    command: Code
    data: msgspec.Raw = msgspec.Raw(b"{}")


class ReplyWire(Record, kw_only=True):
    """The outer form of a reply."""

    saga_id: Code
    order_id: Code
    command: Code
    status: ReplyStatus
    data: msgspec.Raw = msgspec.Raw(b"{}")


def encode(value: Any) -> bytes:
    """Any record, or plain data, as JSON; decimals are numbers, never floats."""
    return _encoder.encode(value)


def encode_command(saga_id: str, order_id: str, command: Command) -> bytes:
    """A command as {sagaId, orderId, command, data}."""
    return _encoder.encode(
        {
            "sagaId": saga_id,
            "orderId": order_id,
            "command": command.name,
            "data": command,
        }
    )


def encode_reply(saga_id: str, order_id: str, reply: Reply) -> bytes:
    """A reply as {sagaId, orderId, command, status, data}."""
    status = ReplyStatus.SUCCESS if reply.succeeded else ReplyStatus.FAILED
    return _encoder.encode(
        {
            "sagaId": saga_id,
            "orderId": order_id,
            "command": reply.command_name,
            "status": status,
            "data": reply.answer,
        }
    )


def decode_command(value: bytes) -> tuple[str, str, Command]:
    """(saga id, order id, command). Raises ContractError."""
    outer = _decode(value, CommandWire)
    kind = COMMANDS.get(outer.command)
    if kind is None:
        raise ContractError(f"command: {outer.command!r} is not a command we know")
    return outer.saga_id, outer.order_id, _decode(outer.data, kind, "data")


def decode_reply(value: bytes) -> tuple[str, str, Reply]:
    """(saga id, order id, reply). Raises ContractError."""
    outer = _decode(value, ReplyWire)
    command = COMMANDS.get(outer.command)
    if command is None:
        raise ContractError(f"command: {outer.command!r} is not a command we know")
    kind: type[Done | Refused] = (
        command.done if outer.status is ReplyStatus.SUCCESS else Refused
    )
    answer = _decode(outer.data, kind, "data")
    reply = Reply(command_name=outer.command, answer=answer)
    return outer.saga_id, outer.order_id, reply


def decode_event(topic: str, value: bytes) -> Event:
    """The event of `topic`. Raises ContractError."""
    kind = EVENTS.get(topic)
    if kind is None:
        raise ContractError(f"{topic}: is not a topic of events")
    return _decode(value, kind)


def command_name_of(value: bytes) -> str:
    """The command a value names, for messages without headers; '' if it names none."""
    try:
        return msgspec.json.decode(value, type=CommandWire).command
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


_decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {}


def _decode(value: bytes | msgspec.Raw, kind: type[T], where: str = "") -> T:
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    prefix = f"{where}: " if where else ""
    try:
        decoded: T = decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, ContractError) as error:
        raise ContractError(f"{prefix}{error}") from None
    except RecursionError:
        raise ContractError(f"{prefix}is nested too deeply") from None
    return decoded
