"""Amounts are in one currency: what of it can be booked, and how messages carry it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from common.contracts import money, wire
from common.contracts.base import ContractError, checked_money
from common.contracts.events import OrderCreated, PaymentFailed, PaymentProcessed
from common.contracts.money import KRW, USD, Currency, used
from common.contracts.order import CreateOrder, Item, total_of
from common.contracts.payment import ProcessPayment, RefundPayment

WHOLE = "must be a whole amount: KRW has no decimal places"


def item(price: str) -> Item:
    """Two of a product."""
    return Item(product_id="PROD001", quantity=2, price=Decimal(price))


def test_dollars_are_what_amounts_are_in_until_told_otherwise() -> None:
    """And again after a block in another currency."""
    assert money.current() is USD
    with used(KRW):
        assert money.current() is KRW
        assert money.current_code() == "KRW"
    assert money.current() is USD


def test_a_block_that_fails_leaves_the_currency_as_it_was() -> None:
    """The exception takes nothing with it."""
    with pytest.raises(RuntimeError), used(KRW):
        raise RuntimeError
    assert money.current() is USD


@pytest.mark.parametrize(
    ("currency", "given", "written"),
    [
        (USD, "5", "5.00"),
        (USD, "0.1", "0.10"),
        (KRW, "5.00", "5"),
        (KRW, "1E+3", "1000"),
    ],
)
def test_an_amount_is_written_with_the_currencys_places(
    currency: Currency, given: str, written: str
) -> None:
    """The same amount, in the same form always."""
    assert str(currency.quantize(Decimal(given))) == written


@pytest.mark.parametrize(
    ("currency", "amount"),
    [
        (USD, "0"),
        (USD, "0.01"),
        (USD, "1E+3"),
        (USD, "999999999999.99"),
        (KRW, "0"),
        (KRW, "1350000"),
        (KRW, "1E+3"),
        (KRW, "999999999999"),
    ],
)
def test_an_amount_that_can_be_booked_passes(currency: Currency, amount: str) -> None:
    """With as many places as the currency has, or fewer."""
    with used(currency):
        checked_money(Decimal(amount), "price")


@pytest.mark.parametrize(
    ("currency", "amount", "why"),
    [
        (USD, "0.001", "must have at most 2 decimal places"),
        (USD, "1.990", "must have at most 2 decimal places"),
        (USD, "1000000000000.00", "must be between 0 and 999999999999.99"),
        (USD, "-0.01", "must be between 0 and 999999999999.99"),
        (USD, "NaN", "must be a finite number"),
        (KRW, "1350000.50", WHOLE),
        (KRW, "1350000.0", WHOLE),
        (KRW, "1000000000000", "must be between 0 and 999999999999"),
        (KRW, "-1", "must be between 0 and 999999999999"),
        (KRW, "Infinity", "must be a finite number"),
    ],
)
def test_any_other_amount_is_refused_by_its_field(
    currency: Currency, amount: str, why: str
) -> None:
    """One sentence, which names the currency where its places are the reason."""
    with used(currency), pytest.raises(ContractError) as refused:
        checked_money(Decimal(amount), "price")
    assert str(refused.value) == f"price: {why}"


@used(KRW)
def test_won_cross_the_wire_as_whole_numbers() -> None:
    """Each amount of an event is a JSON integer, there and back."""
    sent = OrderCreated(
        order_id="ORD-1",
        customer_id="CUST001",
        items=(item("1350000"),),
        total_amount=total_of((item("1350000"),)),
    )
    value = wire.encode(sent)
    body = json.loads(value, parse_float=pytest.fail)
    assert (body["totalAmount"], body["items"][0]["price"]) == (2_700_000, 1_350_000)
    assert wire.decode_event("order.created", value) == sent


@used(KRW)
@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda half: item(str(half)), "price"),
        (lambda half: ProcessPayment(customer_id="C", amount=half), "amount"),
        (lambda half: RefundPayment(amount=half), "amount"),
        (
            lambda half: CreateOrder(
                customer_id="C", items=(item("1"),), total_amount=half
            ),
            "totalAmount",
        ),
        (
            lambda half: OrderCreated(
                order_id="O", customer_id="C", items=(item("1"),), total_amount=half
            ),
            "totalAmount",
        ),
        (
            lambda half: PaymentProcessed(
                order_id="O", payment_id="P", items=(item("1"),), amount=half
            ),
            "amount",
        ),
        (
            lambda half: PaymentFailed(
                order_id="O", reason="REFUNDED", refunded_amount=half
            ),
            "refundedAmount",
        ),
    ],
)
def test_every_message_with_an_amount_checks_it(make: object, field: str) -> None:
    """Half a won is in none of them."""
    assert callable(make)
    with pytest.raises(ContractError) as refused:
        make(Decimal("0.5"))
    assert str(refused.value) == f"{field}: {WHOLE}"


@used(KRW)
def test_a_foreign_message_with_decimals_breaks_its_contract() -> None:
    """It names the field, as for any other schema."""
    value = (
        b'{"orderId": "O", "customerId": "C", "totalAmount": 2.5,'
        b' "items": [{"productId": "P", "quantity": 1, "price": 2.5}]}'
    )
    with pytest.raises(ContractError, match=f"price: {WHOLE}"):
        wire.decode_event("order.created", value)
