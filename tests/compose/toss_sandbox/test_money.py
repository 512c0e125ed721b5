"""Amounts are exact, in the currency of the setting."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.money import amount_in, amount_written, for_people, number
from tests.compose.toss_sandbox.desk import Desk, bodied


def test_an_amount_goes_out_as_it_came_in() -> None:
    """A JSON number of the same digits, up to the largest."""
    for digits in ("29.99", "0.01", "0.1", "999999999999.99", "12", "20.10"):
        amount = amount_in(json.loads(digits, parse_float=Decimal))
        assert Decimal(json.dumps(number(amount))) == Decimal(digits)


@pytest.mark.parametrize(
    "value",
    [None, "1", True, 1.5, [], Decimal("NaN"), Decimal("Infinity"), Decimal("0.001")],
)
def test_what_is_no_amount_is_refused(value: Any) -> None:
    """A float is none: it is read as a decimal before."""
    with pytest.raises(TossError):
        amount_in(value)


@pytest.mark.parametrize(
    "text", ["", "1,5", "1e3", "-1", "1.234", "\u0661", " 1", "1" * 13]
)
def test_an_amount_in_an_address_is_plain_digits(text: str) -> None:
    """Nothing else is guessed at."""
    with pytest.raises(TossError):
        amount_written(text)


def test_won_are_whole(desk: Desk, settings: Settings) -> None:
    """Fractions are refused, and nothing is shown of them."""
    settings.CURRENCY = "KRW"
    part = desk.post("/sandbox/payments", {"orderId": "ORD-000001", "amount": 1.5})
    assert bodied(part)["code"] == "INVALID_REQUEST"
    key = desk.paid(amount=30_000)
    found = bodied(desk.get(f"/v1/payments/{key}"))
    assert (found["currency"], found["totalAmount"], found["vat"]) == (
        "KRW",
        30_000,
        2_727,
    )


def test_people_see_a_sign_and_groups() -> None:
    """Two places for dollars, none for won."""
    assert for_people(Decimal("1234.5"), "USD") == "$1,234.50"
    assert for_people(Decimal("1234.00"), "KRW") == "₩1,234"
