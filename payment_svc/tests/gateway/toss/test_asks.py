"""What is sent to Toss: paths that keys can't leave, and exact amounts."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from common.contracts.money import KRW, USD, Currency
from payment_svc.payments.gateway.remote import NotPayable
from payment_svc.payments.gateway.toss import asks
from payment_svc.tests.gateway.toss.doubles import (
    BILLING_KEY,
    CHARGE,
    CONFIRM,
    CUSTOMER_KEY,
    GIVE_BACK,
    PAYMENT_KEY,
    SETTINGS,
)


def test_a_confirm_names_key_order_and_amount() -> None:
    """As the payment window gave them."""
    ask = asks.to_confirm(CONFIRM, USD)
    assert (ask.method, ask.path, ask.template) == (
        "POST",
        "/v1/payments/confirm",
        "/v1/payments/confirm",
    )
    assert json.loads(ask.content() or b"") == {
        "paymentKey": PAYMENT_KEY,
        "orderId": "ORD-12345",
        "amount": 29.9,
    }
    assert ask.headers() == {
        "Content-Type": "application/json",
        "Idempotency-Key": "PAY-1/charge-0",
    }
    assert ask.is_charge


def test_a_charge_is_made_by_the_agreement_of_the_settings() -> None:
    """Its key is in the path, and not in what may be told of it."""
    ask = asks.to_charge(CHARGE, USD, SETTINGS)
    assert (ask.path, ask.template) == (
        "/v1/billing/billing-Zq7_Wv%3D%3D",
        "/v1/billing/{billingKey}",
    )
    assert json.loads(ask.content() or b"") == {
        "customerKey": CUSTOMER_KEY,
        "orderId": "ORD-12345",
        "orderName": "ORD-12345",
        "amount": 30,
    }
    assert ask.is_charge
    assert BILLING_KEY not in repr(ask)
    assert CUSTOMER_KEY not in repr(ask)


def test_without_an_agreement_there_is_nothing_to_charge() -> None:
    """And nothing is sent."""
    with pytest.raises(NotPayable, match="TOSS_BILLING_KEY"):
        asks.to_charge(CHARGE, USD, replace(SETTINGS, billing_key=""))


def test_a_refund_names_its_amount_always() -> None:
    """Toss gives back everything where none is named."""
    ask = asks.to_cancel(GIVE_BACK, USD)
    assert ask.path == f"/v1/payments/{PAYMENT_KEY}/cancel"
    assert json.loads(ask.content() or b"") == {
        "cancelReason": "too late",
        "cancelAmount": 9.9,
    }
    assert not ask.is_charge


def test_a_look_goes_by_the_key_first() -> None:
    """An order may have been tried with several."""
    by_key = asks.to_find(PAYMENT_KEY, "ORD-12345")
    assert (by_key.method, by_key.path) == ("GET", f"/v1/payments/{PAYMENT_KEY}")
    by_order = asks.to_find("", "ORD-12345_2")
    assert by_order.path == "/v1/payments/orders/ORD-12345_2"
    assert by_key.headers() == {}
    assert by_key.content() is None


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("a/b", "/v1/payments/a%2Fb"),
        ("../billing", "/v1/payments/..%2Fbilling"),
        ("a?b#c", "/v1/payments/a%3Fb%23c"),
        ("a\r\nb", "/v1/payments/a%0D%0Ab"),
        ("결제", "/v1/payments/%EA%B2%B0%EC%A0%9C"),
        ("\ud800", "/v1/payments/%3F"),
    ],
)
def test_a_key_stays_in_its_place_of_the_path(key: str, path: str) -> None:
    """Whatever a customer's browser made of it."""
    assert asks.to_find(key, "").path == path


@pytest.mark.parametrize("key", [".", ".."])
def test_a_key_that_would_lead_up_is_no_payments(key: str) -> None:
    """Percents don't help against dots."""
    with pytest.raises(NotPayable, match="No payment has such a key"):
        asks.to_find(key, "")
    with pytest.raises(NotPayable):
        asks.to_cancel(replace(GIVE_BACK, payment_key=key), USD)


def test_a_look_needs_something_to_look_for() -> None:
    """An empty order would be Toss's list of orders."""
    with pytest.raises(NotPayable):
        asks.to_find("", "")


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("29.90", USD, b'"amount":29.90}'),
        ("0.1", USD, b'"amount":0.10}'),
        ("1E+3", USD, b'"amount":1000.00}'),
        ("999999999999.99", USD, b'"amount":999999999999.99}'),
        ("10000", KRW, b'"amount":10000}'),
        ("10000.00", KRW, b'"amount":10000}'),
        ("1E+3", KRW, b'"amount":1000}'),
    ],
)
def test_amounts_are_sent_digit_by_digit(
    amount: str, currency: Currency, written: bytes
) -> None:
    """No binary fraction comes between, and won have no places."""
    ask = asks.to_confirm(replace(CONFIRM, amount=Decimal(amount)), currency)
    assert (ask.content() or b"").endswith(written)


@pytest.mark.parametrize(
    ("amount", "currency", "rule"),
    [("29.905", USD, "at most 2 decimal places"), ("10000.50", KRW, "a whole amount")],
)
def test_an_amount_that_would_be_rounded_is_not_sent(
    amount: str, currency: Currency, rule: str
) -> None:
    """A cent more or less would be another amount."""
    with pytest.raises(ValueError, match=rule):
        asks.to_confirm(replace(CONFIRM, amount=Decimal(amount)), currency)


@pytest.mark.parametrize("key", ["주문-1", "a b", "a\nb", "x" * 301, ""])
def test_an_idempotency_key_that_no_header_holds_is_stood_for(key: str) -> None:
    """By one of its own, the same each time."""
    stands = asks.header_safe(key)
    assert stands == asks.header_safe(key)
    assert len(stands) == 64
    assert stands != asks.header_safe(f"{key}.")


@pytest.mark.parametrize(
    ("key", "shown"), [(PAYMENT_KEY, "…bCd9"), ("short", ""), ("", "")]
)
def test_of_a_payment_key_the_end_is_told(key: str, shown: str) -> None:
    """Enough to tell two apart; a short one would be told whole."""
    ask = asks.to_confirm(replace(CONFIRM, payment_key=key), USD)
    assert ask.payment == shown
