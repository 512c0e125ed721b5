"""Toss's record in a message: what is kept of it, and when it claims a charge."""

from __future__ import annotations

from typing import Any

import pytest

from common.contracts import wire
from common.contracts.base import ContractError, Refused
from common.contracts.toss import MAX_BYTES, says_charged

DEEP = 5_000


def reply_with(data: str) -> bytes:
    """A foreign producer's refusal with this record, as it stands."""
    return (
        '{"sagaId":"S","orderId":"O","command":"PROCESS_PAYMENT","status":"FAILED",'
        f'"data":{{"reason":"X","tossPaymentData":{data}}}}}'
    ).encode()


def read(data: str) -> Any:
    """The record as we have it then."""
    answer = wire.decode_reply(reply_with(data))[2].answer
    assert isinstance(answer, Refused)
    return answer.toss_payment_data


@pytest.mark.parametrize(
    ("data", "claims"),
    [
        ({"status": "DONE"}, True),
        ({"status": "DONE", "totalAmount": "odd"}, True),
        ({"status": "CANCELED"}, False),
        ({"status": ["DONE"]}, False),
        ({"status": None}, False),
        ({}, False),
        (None, False),
    ],
)
def test_only_done_claims_a_charge(data: dict[str, Any] | None, claims: bool) -> None:
    """Whatever else is, or is not, in the record."""
    assert says_charged(data) is claims


@pytest.mark.parametrize(
    "data",
    [
        '{"status":"DONE","card":{"number":"4242"},"totalAmount":59.98}',
        '{"big":' + "9" * 30 + "}",
        '{"text":"\\u0000"}',
        "{}",
        '{"":[[[]],{"a":[1,null,true]}]}',
    ],
)
def test_plain_json_is_kept_as_it_came(data: str) -> None:
    """And goes out again as it came in."""
    assert wire.encode(read(data)).decode() == data


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ('{"a":' + "[" * 20 + "]" * 20 + "}", "deeper than 20 levels"),
        ('{"a":"' + "x" * MAX_BYTES + '"}', f"at most {MAX_BYTES} bytes"),
        ("[1]", "Expected `object | null`"),
        ('{"a":1e999}', "out of range"),
    ],
)
def test_what_we_would_not_keep_breaks_the_contract(data: str, why: str) -> None:
    """In replies and in events."""
    with pytest.raises(ContractError, match=why):
        read(data)
    event = f'{{"orderId":"O","reason":"X","tossPaymentData":{data}}}'
    with pytest.raises(ContractError, match=why):
        wire.decode_event("payment.failed", event.encode())


def test_nesting_without_end_breaks_the_contract_too() -> None:
    """It must not end the program that reads it, nor hold up what comes after it."""
    bottomless = '{"a":' + "[" * DEEP + "]" * DEEP + "}"
    with pytest.raises(ContractError, match="nested too deeply"):
        read(bottomless)


def test_a_command_nested_without_end_names_no_command() -> None:
    """Where a service only looks whether it is for it."""
    data = "[" * DEEP + "]" * DEEP
    text = f'{{"sagaId":"S","orderId":"O","command":"CREATE_ORDER","data":{data}}}'
    assert wire.command_name_of(text.encode()) in ("", "CREATE_ORDER")
    with pytest.raises(ContractError):
        wire.decode_command(text.encode())
