"""Opening payments, each by the route of its method."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.contracts.base import PaymentMethod
from payment_svc.payments import charging, gateway
from payment_svc.payments.deeds import Route
from payment_svc.payments.models import SimulatedCharge
from payment_svc.tests.acts import offer
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import handle, payment, process, told
from payment_svc.tests.toss import ScriptedToss

AUTO, TOSS = PaymentMethod.AUTO, PaymentMethod.TOSS


def test_without_toss_only_the_simulator_charges() -> None:
    """The customer's method has no route."""
    with gateway.remote_set_to(None):
        assert charging.route_of(AUTO) is Route.HERE
        assert charging.route_of(TOSS) is Route.NONE


def test_with_toss_the_customer_pays_there(toss: ScriptedToss) -> None:
    """The simulator still charges what needs no customer."""
    assert charging.route_of(AUTO) is Route.HERE
    assert charging.route_of(TOSS) is Route.CUSTOMER


def test_toss_may_charge_all(auto_at_toss: ScriptedToss) -> None:
    """By the billing key, where the setting says so."""
    assert charging.route_of(AUTO) is Route.REMOTE
    assert charging.route_of(TOSS) is Route.CUSTOMER


@pytest.mark.django_db
def test_an_offered_payment_has_a_deadline(toss: ScriptedToss) -> None:
    """Nothing is charged, and settlement turns to it when the time is over."""
    offer()
    row = payment()
    assert (row.status, row.provider, row.toss_order_id) == (
        "PENDING",
        "toss",
        "ORD-1",
    )
    assert row.expires_at == row.next_look_at == NOW + timedelta(minutes=10)
    assert (row.calls, toss.asked(), SimulatedCharge.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_a_charge_without_the_customer_is_an_intent_first(
    auto_at_toss: ScriptedToss,
) -> None:
    """Toss is not called in the transaction that takes the message."""
    assert handle(process(attempt=2)) == []
    row = payment(attempt=2)
    assert (row.status, row.provider, row.toss_order_id) == (
        "PROCESSING",
        "toss",
        "ORD-1_2",
    )
    assert (row.next_look_at, row.expires_at, row.calls) == (NOW, None, 0)
    assert auto_at_toss.asked() == 0


@pytest.mark.django_db
def test_one_batch_goes_all_ways(toss: ScriptedToss) -> None:
    """What the simulator charges is answered, what waits for a customer is not."""
    (reply,) = handle(process("A"), process("B", payment_method=TOSS))
    assert (reply.key, told(reply).payment_id) == ("A", "PAY-A-1")
    assert (payment("A").provider, payment("B").provider) == ("simulator", "toss")
