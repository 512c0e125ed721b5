"""Before the charge: windows, agreements, and the time they last."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import Settings

from compose.toss_sandbox import sessions
from compose.toss_sandbox.cards import GOOD
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import Status, TossPayment, Webhook
from compose.toss_sandbox.sessions import Wanted
from tests.compose.toss_sandbox.desk import ORDER, Desk, bodied, payment_of

WANTED = Wanted(order_id=ORDER, amount=Decimal("29.99"))


@pytest.fixture
def books(db: None) -> None:
    """Empty books."""


def grow_old(seconds: float) -> None:
    """All payments were last touched so long ago."""
    TossPayment.objects.update(moved_at=timezone.now() - timedelta(seconds=seconds))


@pytest.mark.parametrize("order_id", ["short", "a" * 65, "ORD 00001", "ORD/00001", ""])
def test_an_order_id_is_as_toss_takes_it(order_id: str) -> None:
    """6 to 64 letters, digits, dashes, underscores and equals signs."""
    with pytest.raises(TossError, match="INVALID_ORDER_ID"):
        Wanted(order_id=order_id, amount=Decimal(1))
    assert Wanted(order_id="ORD-1_=", amount=Decimal(1)).order_id == "ORD-1_="


def test_a_window_opened_again_is_the_same_payment(books: None) -> None:
    """READY; for another amount it is another one."""
    first = sessions.opened(WANTED)
    assert first.status == Status.READY
    assert sessions.opened(WANTED) == first
    other = Wanted(order_id=ORDER, amount=Decimal(1))
    assert sessions.opened(other) != first


def test_a_payment_that_is_ready_cannot_be_confirmed(desk: Desk) -> None:
    """The customer has not agreed."""
    payment = sessions.opened(WANTED)
    body = {"paymentKey": payment.payment_key, "orderId": ORDER, "amount": 29.99}
    response = desk.confirm(body)
    assert bodied(response)["code"] == "NOT_FOUND_PAYMENT_SESSION"


def test_a_second_click_is_the_same_agreement(books: None) -> None:
    """One payment, however often the form is sent."""
    key = sessions.opened(WANTED).payment_key
    first = sessions.agreed_in_window(key, WANTED, GOOD)
    again = sessions.agreed_in_window(key, WANTED, GOOD)
    assert (first.status, again.payment_key) == (Status.IN_PROGRESS, first.payment_key)
    assert TossPayment.objects.count() == 1


def test_nobody_agrees_in_a_window_of_another_order(books: None) -> None:
    """Nor for another amount, nor in one that is not there."""
    key = sessions.opened(WANTED).payment_key
    others = [
        (key, Wanted(order_id="ORD-000002", amount=Decimal("29.99"))),
        (key, Wanted(order_id=ORDER, amount=Decimal(1))),
        ("tsb_nobody", WANTED),
    ]
    for wrong_key, wanted in others:
        with pytest.raises(TossError, match="NOT_FOUND_PAYMENT_SESSION"):
            sessions.agreed_in_window(wrong_key, wanted, GOOD)
    assert payment_of().status == Status.READY


def test_a_window_that_was_open_for_too_long_is_not_paid_in(
    books: None, settings: Settings
) -> None:
    """And opening it anew gives another payment."""
    key = sessions.opened(WANTED).payment_key
    grow_old(settings.SESSION_LASTS_S)
    with pytest.raises(TossError, match="NOT_FOUND_PAYMENT_SESSION"):
        sessions.agreed_in_window(key, WANTED, GOOD)
    assert sessions.opened(WANTED).payment_key != key


def test_what_was_not_confirmed_in_time_is_not_charged(
    desk: Desk, settings: Settings
) -> None:
    """Ten minutes; a second before, it is."""
    body, other = desk.agree(), desk.agree("ORD-000002")
    grow_old(settings.SESSION_LASTS_S - 1)
    assert desk.confirm(other).status_code == 200
    TossPayment.objects.filter(order_id=ORDER).update(
        moved_at=timezone.now() - timedelta(seconds=settings.SESSION_LASTS_S)
    )
    response = desk.confirm(body)
    assert (response.status_code, bodied(response)["code"]) == (
        404,
        "NOT_FOUND_PAYMENT_SESSION",
    )


def test_what_waited_too_long_expires(desk: Desk, settings: Settings) -> None:
    """Whether READY or agreed to; the merchant hears of it, and a charge stays."""
    settings.WEBHOOK_URL = "http://127.0.0.1:9/"
    sessions.opened(Wanted(order_id="ORD-000003", amount=Decimal(1)))
    desk.agree()
    desk.paid("ORD-000002")
    Webhook.objects.all().delete()
    assert sessions.expire() == 0
    grow_old(settings.SESSION_LASTS_S)
    assert sessions.expire() == 2
    assert sessions.expire() == 0
    found = bodied(desk.get(f"/v1/payments/orders/{ORDER}"))
    assert (found["status"], found["failure"]["code"]) == ("EXPIRED", "EXPIRED_PAYMENT")
    assert payment_of("ORD-000002").status == Status.DONE
    assert Webhook.objects.count() == 2
