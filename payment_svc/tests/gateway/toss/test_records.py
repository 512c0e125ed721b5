"""A Payment of Toss's, read: leniently, exactly, and without its secrets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_svc.payments.gateway.remote import InDoubt, RemotePayment, RemoteStatus
from payment_svc.payments.gateway.toss.answers import decoded
from payment_svc.payments.gateway.toss.records import payment_of
from payment_svc.tests.gateway.toss.doubles import (
    BILLING_KEY,
    CUSTOMER_KEY,
    PAYMENT_KEY,
    WEBHOOK_SECRET,
    payment,
)

ODD = object()

anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(["DONE", "USD", "1e999999999", "0001-01-01T00:00:00+09:00"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=12), inner, max_size=3),
    ),
    max_leaves=8,
)


def read(**fields: Any) -> RemotePayment:
    """The payment with these fields, as it comes over the line."""
    found = read_or_doubt(**fields)
    assert isinstance(found, RemotePayment)
    return found


def read_or_doubt(**fields: Any) -> RemotePayment | InDoubt:
    """The same of a payment that may be odd."""
    body = {name: one for name, one in payment(**fields).items() if one is not ODD}
    return payment_of(decoded(json.dumps(body).encode()))


def test_a_payment_is_read() -> None:
    """Amounts to the cent, the time in UTC."""
    found = read()
    assert found.payment_key == PAYMENT_KEY
    assert found.order_id == "ORD-12345"
    assert found.status is RemoteStatus.DONE
    assert (found.total, found.balance) == (Decimal("29.9"), Decimal("29.9"))
    assert found.currency == "USD"
    assert found.transaction_id == "TX-1"
    assert found.receipt_url == "https://toss.test/receipts/1"
    assert found.approved_at == datetime(2026, 3, 1, 12, 0, 9, tzinfo=UTC)
    assert found.approved_at.tzinfo is UTC
    assert (found.failure_code, found.failure_message) == ("", "")


@pytest.mark.parametrize("status", RemoteStatus)
def test_every_documented_status_is_known(status: RemoteStatus) -> None:
    """By Toss's name."""
    assert read(status=status.value).status is status


def test_why_it_failed_is_read() -> None:
    """An aborted payment tells."""
    failure = {"code": "REJECT_CARD_PAYMENT", "message": "limit"}
    found = read(status="ABORTED", failure=failure, approvedAt=None)
    assert (found.failure_code, found.failure_message) == (
        "REJECT_CARD_PAYMENT",
        "limit",
    )
    assert found.approved_at is None


def test_the_record_is_kept_with_what_we_do_not_know() -> None:
    """Toss may add fields at any time."""
    found = read(easyPay={"provider": "토스페이"}, quiteNew=[1, {"a": 2.50}])
    assert found.data["easyPay"] == {"provider": "토스페이"}
    assert found.data["quiteNew"] == [1, {"a": Decimal("2.5")}]
    assert found.data["card"]["number"] == "42424242****4242"


def test_no_secret_is_kept_however_deep() -> None:
    """Neither what webhooks are checked by nor what charges again."""
    found = read(
        billingKey=BILLING_KEY,
        virtualAccount={"secret": WEBHOOK_SECRET, "bank": "88"},
        quiteNew=[{"customerKey": CUSTOMER_KEY, "accessToken": "t-1"}],
    )
    told = repr(found)
    for secret in (WEBHOOK_SECRET, BILLING_KEY, CUSTOMER_KEY, "t-1"):
        assert secret not in told
    assert found.data["virtualAccount"] == {"bank": "88"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("paymentKey", ODD),
        ("paymentKey", ""),
        ("paymentKey", "a\x00b"),
        ("paymentKey", "x" * 201),
        ("orderId", None),
        ("orderId", 12345),
        ("status", "QUITE_NEW"),
        ("status", ["DONE"]),
        ("totalAmount", "29.90"),
        ("totalAmount", True),
        ("totalAmount", -1),
        ("totalAmount", 10**30),
        ("balanceAmount", ODD),
        ("balanceAmount", None),
        ("balanceAmount", 30),
        ("currency", "won"),
        ("currency", None),
    ],
)
def test_what_the_books_rest_on_must_be_right(name: str, value: Any) -> None:
    """Else nobody knows; the sentence names the field, and no value."""
    error = read_or_doubt(**{name: value})
    assert isinstance(error, InDoubt)
    assert error.code == "NOT_A_PAYMENT"
    assert error.message == (
        f"Toss's answer is no payment: its {name} is missing or odd."
    )
    # Toss may have done it: under the same key it is not done twice.
    assert not error.answered


@pytest.mark.parametrize(
    ("field", "name", "value", "expected"),
    [
        ("approved_at", "approvedAt", "soon", None),
        ("approved_at", "approvedAt", "2026-03-01T21:00:09", None),
        ("approved_at", "approvedAt", "0001-01-01T00:00:00+09:00", None),
        ("approved_at", "approvedAt", 5, None),
        ("receipt_url", "receipt", {"url": "javascript:alert(1)"}, ""),
        ("receipt_url", "receipt", {"url": ["https://a"]}, ""),
        ("receipt_url", "receipt", "https://a", ""),
        ("transaction_id", "lastTransactionKey", None, ""),
        ("transaction_id", "lastTransactionKey", "a\x00b", "a\ufffdb"),
        ("failure_message", "failure", {"message": "x" * 900}, "x" * 500),
        ("currency", "currency", ODD, "KRW"),
    ],
)
def test_what_is_only_shown_may_be_odd(
    field: str, name: str, value: Any, expected: Any
) -> None:
    """A payment is not lost over its receipt."""
    assert getattr(read(**{name: value}), field) == expected


@pytest.mark.parametrize("body", [None, [], "DONE", 7, {}])
def test_something_else_is_no_payment(body: Any) -> None:
    """It says nothing of the money."""
    assert isinstance(payment_of(body), InDoubt)


@given(fields=st.dictionaries(st.sampled_from(sorted(payment())), anything))
def test_an_odd_field_leaves_doubt_or_a_payment_that_can_be_kept(
    fields: dict[str, Any],
) -> None:
    """Nothing else comes out, whatever comes in."""
    found = read_or_doubt(**fields)
    if isinstance(found, InDoubt):
        return
    kept = json.dumps(dict(found.data), default=str, ensure_ascii=False)
    assert "\x00" not in kept
    kept.encode()  # no half of a surrogate pair


@given(body=anything)
def test_any_json_leaves_doubt_or_a_payment(body: Any) -> None:
    """A proxy's page, a list, a number."""
    assert isinstance(payment_of(body), RemotePayment | InDoubt)
