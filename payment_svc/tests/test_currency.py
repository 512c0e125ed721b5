"""Payments in won: whole amounts in the books, in messages and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from common.contracts.events import PaymentFailed, PaymentProcessed
from common.contracts.money import KRW, used
from common.contracts.order import Item
from common.messaging.envelope import Inbound
from payment_svc.payments.gateway.port import Charged, ChargeRequest, Declined
from payment_svc.payments.gateway.simulator import Simulator
from payment_svc.tests.factories import (
    ORDER,
    PaymentFactory,
    created,
    handle,
    no_stock,
    payment,
    told,
)

pytestmark = pytest.mark.django_db

TOTAL = Decimal(2_700_000)
LAPTOPS = (Item(product_id="PROD001", quantity=2, price=Decimal(1_350_000)),)
REFUND = f"/api/payments/order/{ORDER}/refund"


@pytest.fixture(autouse=True)
def _in_won() -> Iterator[None]:
    with used(KRW):
        yield


def ordered() -> Inbound:
    """order.created, in won."""
    return created(amount=TOTAL, items=LAPTOPS)


def test_a_payment_is_stored_with_the_currency() -> None:
    """That of the process, and its amounts are read without places."""
    handle(ordered())
    row = payment()
    assert (row.currency, str(row.amount), str(row.refunded_amount)) == (
        "KRW",
        "2700000",
        "0",
    )


def test_events_carry_whole_amounts_read_from_the_books() -> None:
    """When it is charged, and when the money goes back in a later batch."""
    (paid,) = handle(ordered())
    (undone,) = handle(no_stock())
    assert isinstance(told(paid), PaymentProcessed)
    assert json.loads(paid.value, parse_float=pytest.fail)["amount"] == 2_700_000
    assert isinstance(told(undone), PaymentFailed)
    assert b'"refundedAmount":2700000' in undone.value


def test_a_payment_over_http_has_whole_amounts(client: APIClient) -> None:
    """JSON integers, and the currency beside them."""
    PaymentFactory(order_id=ORDER, amount=TOTAL)
    content = client.get(f"/api/payments/order/{ORDER}").content
    assert b'"amount":2700000,"refundedAmount":0,"currency":"KRW"' in content


@pytest.mark.parametrize("amount", ["0.5", "100.0"])
def test_a_refund_with_decimals_is_refused(client: APIClient, amount: str) -> None:
    """400, which names the field; nothing is given back."""
    PaymentFactory(order_id=ORDER, amount=TOTAL)
    body = f'{{"amount": {amount}}}'
    answer = client.post(REFUND, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "field": "amount",
            "message": "must be a whole amount: KRW has no decimal places",
        }
    ]
    assert payment().refunded_amount == 0


def test_a_part_is_given_back(client: APIClient) -> None:
    """To the won."""
    PaymentFactory(order_id=ORDER, amount=TOTAL)
    answer = client.post(REFUND, {"amount": 1}, format="json")
    assert answer.status_code == 200
    assert b'"refundedAmount":1,' in answer.content


def test_the_command_gives_back_whole_amounts_only() -> None:
    """And prints them so."""
    PaymentFactory(order_id=ORDER, amount=TOTAL)
    with pytest.raises(CommandError, match="must be a whole amount: KRW has no"):
        call_command("refund_payment", ORDER, "--amount=1.5")
    out = StringIO()
    call_command("refund_payment", ORDER, "--amount=700000", stdout=out)
    assert out.getvalue() == f"{ORDER}: 700000 given back\n"


def test_the_admin_shows_whole_amounts() -> None:
    """In the list and on the page of one payment."""
    PaymentFactory(order_id=ORDER, amount=TOTAL)
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    for path in ("", f"{payment().payment_id}/change/"):
        page = browser.get(f"/admin/payments/payment/{path}", follow=True)
        assert b"2700000" in page.content
        assert b"2700000.00" not in page.content


@pytest.mark.parametrize(
    ("amount", "outcome"),
    [(4_000_001, Charged), (4_000_002, Declined), (4_000_003, Charged)],
)
def test_the_simulator_declines_one_total_in_won(amount: int, outcome: type) -> None:
    """It is exactly 4000002."""
    request = ChargeRequest(
        key="PAY-1",
        order_id=ORDER,
        customer_id="CUST001",
        amount=Decimal(amount),
        currency="KRW",
    )
    (found,) = Simulator().charge_many([request])
    assert isinstance(found, outcome)
