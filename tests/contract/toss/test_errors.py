"""Errors have Toss's codes and statuses: the same of the sandbox and the real one."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.contract.toss.api import AMOUNT, TossApi, new_order_id

UNKNOWN = "tviva00000000000000000000000"


def unknown() -> dict[str, object]:
    """A confirm of a payment that there is not."""
    return {"paymentKey": UNKNOWN, "orderId": new_order_id(), "amount": AMOUNT}


def test_a_wrong_secret_key_is_turned_away(toss: TossApi) -> None:
    """401, for a look as for a charge."""
    path = f"/v1/payments/{UNKNOWN}"
    for found in (
        toss.call("GET", path, key="test_sk_nobody"),
        toss.call("POST", "/v1/payments/confirm", unknown(), key="test_sk_nobody"),
    ):
        assert found.refusal == (401, "UNAUTHORIZED_KEY")


def test_an_error_is_a_code_and_a_sentence(toss: TossApi) -> None:
    """Both are texts, and the sentence is not empty."""
    body = toss.find(UNKNOWN).body
    assert isinstance(body["code"], str)
    assert isinstance(body["message"], str)
    assert body["message"]


def test_a_payment_that_is_not_there_is_not_found(toss: TossApi) -> None:
    """By key, by order, and by a cancel."""
    for found in (
        toss.find(UNKNOWN),
        toss.find_order(new_order_id()),
        toss.cancel(UNKNOWN),
    ):
        assert found.refusal == (404, "NOT_FOUND_PAYMENT")


def test_a_confirm_without_a_session_finds_none(toss: TossApi) -> None:
    """The key may be invented, or its ten minutes over: it is the same."""
    assert toss.confirm(unknown()).refusal == (404, "NOT_FOUND_PAYMENT_SESSION")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("PROVIDER_ERROR", 400),
        ("INVALID_STOPPED_CARD", 400),
        ("INVALID_CARD_EXPIRATION", 400),
        ("REJECT_CARD_PAYMENT", 403),
        ("NOT_FOUND_PAYMENT_SESSION", 404),
        ("FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", 500),
    ],
)
def test_a_test_code_makes_a_confirm_fail_so(
    toss: TossApi, code: str, status: int
) -> None:
    """With the status that the documentation gives for it."""
    found = toss.confirm(unknown(), TossPayments_Test_Code=code)
    assert found.refusal == (status, code)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ALREADY_CANCELED_PAYMENT", 400),
        ("NOT_CANCELABLE_AMOUNT", 403),
        ("NOT_CANCELABLE_PAYMENT", 403),
    ],
)
def test_a_test_code_makes_a_cancel_fail_so(
    toss: TossApi, code: str, status: int
) -> None:
    """With the status that the documentation gives for it."""
    found = toss.cancel(UNKNOWN, TossPayments_Test_Code=code)
    assert found.refusal == (status, code)


def test_an_error_is_given_again_under_its_key(toss: TossApi) -> None:
    """The same body, word for word."""
    body, key = unknown(), uuid4().hex
    first = toss.confirm(body, Idempotency_Key=key)
    again = toss.confirm(body, Idempotency_Key=key)
    assert first == again
    assert first.refusal == (404, "NOT_FOUND_PAYMENT_SESSION")
