"""Reading what comes back, without harm."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from payment_svc.payments.gateway.toss.answers import Answer, decoded, storable


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": 29.90}', {"a": Decimal("29.90")}),
        (b'{"a": 10000}', {"a": 10000}),
        (b'{"a": 0.1}', {"a": Decimal("0.1")}),
        (b'{"a": -5}', {"a": -5}),
        ('{"a": "카드"}'.encode(), {"a": "카드"}),
        (b"{}", {}),
    ],
)
def test_json_is_read_with_exact_numbers(content: bytes, value: Any) -> None:
    """Digit by digit."""
    assert decoded(content) == value


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>502</html>",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_json_is_nothing(content: bytes) -> None:
    """And nothing breaks over it."""
    assert decoded(content) is None


@pytest.mark.parametrize(
    "number",
    ["1e999999999", "-1e999999999", "1e-99999999999999999999", "9" * 5000, "1e99"],
)
def test_a_monstrous_number_is_text(number: str) -> None:
    """Making a whole number out of it would fill the memory."""
    (found,) = decoded(f"[{number}]".encode())
    assert isinstance(found, str)
    assert number.startswith(found)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"code": "NOT_FOUND", "message": "No."}, ("NOT_FOUND", "No.")),
        ({"error": {"code": "NOT_FOUND", "message": "No."}}, ("NOT_FOUND", "No.")),
        ({"code": 7, "message": ["No."]}, ("", "")),
        ({"code": "with blanks and <b>", "message": "No."}, ("", "No.")),
        ({"code": "X" * 101}, ("", "")),
        ({"error": "down"}, ("", "")),
        ({"message": "a\x00b\ud800" + "x" * 900}, ("", "a\ufffdb\ufffd" + "x" * 496)),
        ({"message": "key test_sk_abc: unknown"}, ("", "key test_sk_***: unknown")),
        (["code"], ("", "")),
        (None, ("", "")),
    ],
)
def test_an_error_says_a_code_and_a_message(
    body: Any, complaint: tuple[str, str]
) -> None:
    """In either of Toss's forms, and only what can be kept and shown."""
    assert Answer(400, body).complaint() == complaint


@pytest.mark.parametrize(
    ("status", "body", "is_failing"),
    [
        (200, {}, False),
        (400, {"code": "PROVIDER_ERROR"}, False),
        (403, {"code": "REJECT_CARD_PAYMENT"}, False),
        (409, {"code": "IDEMPOTENT_REQUEST_PROCESSING"}, False),
        (429, {"code": "TOO_MANY_REQUESTS"}, True),
        (500, {"code": "COMMON_ERROR"}, True),
        (503, None, True),
        (200, None, True),
    ],
)
def test_a_clear_no_is_toss_at_work(status: int, body: Any, is_failing: bool) -> None:
    """Failing is who breaks down, turns us away, or speaks no JSON."""
    assert Answer(status, body).is_failing is is_failing


def test_text_is_cut_to_its_column() -> None:
    """And without what no database takes."""
    assert storable("ab\x00cd", 4) == "ab\ufffdc"
