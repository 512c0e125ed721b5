"""From records to checked messages: ours, foreign ones, and garbage."""

from __future__ import annotations

import pytest

from common.contracts import topics
from common.contracts.base import ContractError
from common.contracts.order import CreateOrder
from common.log.port import LogRecord
from common.messaging.intake import read, take_in
from common.messaging.service import Service
from tests.common.messaging.desk import BARE_COMMAND


def service(name: str) -> Service:
    """A service that does nothing."""
    return Service(name=name, topics=(), handle=lambda batch, now: [])


def record(topic: str, value: bytes, **headers: str) -> LogRecord:
    """A record as it stands in the log."""
    return LogRecord(
        topic=topic,
        partition=3,
        offset=7,
        key="ORD-9",
        value=value,
        headers=headers,
        timestamp=0,
    )


def test_a_bare_foreign_command_is_understood() -> None:
    """Its place in the log is its id; what headers would say comes from the value."""
    message = read(record(topics.COMMANDS, BARE_COMMAND))
    assert isinstance(message.body, CreateOrder)
    assert (message.saga_id, message.order_id) == ("SAGA-9", "ORD-9")
    envelope = message.envelope
    assert envelope.message_id == "orchestrator.saga/3/7"
    assert (envelope.type, envelope.subject) == ("CREATE_ORDER", "ORD-9")
    assert (envelope.correlation_id, envelope.causation_id) == ("ORD-9", "")
    assert envelope.resend == 0


def test_headers_win_over_what_is_guessed() -> None:
    """Ids and the resend mark are taken as they were sent."""
    message = read(
        record(
            topics.COMMANDS,
            BARE_COMMAND,
            ce_id="SAGA-9/1",
            ce_correlationid="SAGA-9",
            ce_resend="2",
        )
    )
    assert message.envelope.message_id == "SAGA-9/1"
    assert message.envelope.correlation_id == "SAGA-9"
    assert message.envelope.resend == 2


def test_a_resend_mark_that_is_no_number_counts_as_none() -> None:
    """A foreign producer may write anything."""
    message = read(record(topics.COMMANDS, BARE_COMMAND, ce_resend="often"))
    assert message.envelope.resend == 0


def test_a_type_that_contradicts_the_value_is_refused() -> None:
    """Whoever routes by header and whoever by value must see the same command."""
    wrong = record(topics.COMMANDS, BARE_COMMAND, ce_type="CANCEL_ORDER")
    with pytest.raises(ContractError, match="another command than CREATE_ORDER"):
        read(wrong)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'{"orderId":"O"}',
        b'{"sagaId":"S","orderId":"O","command":"CREATE_ORDER","data":{}}',
        b'{"sagaId":"S","orderId":"O","command":"NO_SUCH_COMMAND"}',
    ],
)
def test_garbage_is_unreadable_and_names_its_fault(value: bytes) -> None:
    """It does not stop the messages around it."""
    good = record(topics.COMMANDS, BARE_COMMAND)
    intake = take_in([good, record(topics.COMMANDS, value), good], service("order"))
    assert len(intake.messages) == 2
    assert [bool(one.error) for one in intake.unreadable] == [True]


def test_commands_for_others_are_passed_over() -> None:
    """A command goes to one service."""
    assert take_in([record(topics.COMMANDS, BARE_COMMAND)], service("payment")) == (
        take_in([], service("payment"))
    )


def test_an_unknown_command_is_dead_lettered_by_one_service_only() -> None:
    """Otherwise each of the three would keep it."""
    stray = record(
        topics.COMMANDS, b'{"sagaId":"S","orderId":"O","command":"FLY","data":{}}'
    )
    kept = {
        name: len(take_in([stray], service(name)).unreadable)
        for name in ("order", "payment", "inventory")
    }
    assert kept == {"order": 1, "payment": 0, "inventory": 0}


def test_a_service_does_not_hear_its_own_events() -> None:
    """Only those of other producers."""
    value = b'{"orderId":"O","reason":"R"}'
    own = record(topics.PAYMENT_FAILED, value, ce_source="/payment-service")
    foreign = record(topics.PAYMENT_FAILED, value)
    intake = take_in([own, foreign], service("payment"))
    assert [message.record for message in intake.messages] == [foreign]


COMMAND = b'{"sagaId": "S", "orderId": "O", "command": "X", "x": %s}'
REPLY = b"""{"sagaId": "S", "orderId": "O", "command": "PROCESS_PAYMENT",
    "status": "FAILED", "data": {"reason": "R", "tossPaymentData": {"x": %s}}}"""
EVENT = b'{"orderId": "O", "reason": "R", "x": %s}'


@pytest.mark.parametrize(
    ("topic", "value"),
    [
        (topics.COMMANDS, COMMAND),
        (topics.REPLIES, REPLY),
        (topics.PAYMENT_FAILED, EVENT),
    ],
    ids=["command", "reply", "event"],
)
def test_what_is_nested_too_deeply_breaks_its_contract(
    topic: str, value: bytes
) -> None:
    """Even in a field that nobody reads; and its neighbours are read."""
    nested = record(topic, value % (b"[" * 100_000 + b"]" * 100_000))
    intake = take_in([nested, record(topics.COMMANDS, BARE_COMMAND)], service("order"))
    assert [one.envelope.type for one in intake.messages] == ["CREATE_ORDER"]
    (unreadable,) = intake.unreadable
    assert unreadable.record is nested
    assert "nested too deeply" in unreadable.error
