"""What a fault does to a charge through the simulator."""

from __future__ import annotations

from decimal import Decimal

import pytest

from common import faults
from payment_svc.payments.gateway.port import Charged, ChargeRequest, Declined
from payment_svc.payments.gateway.simulator import Simulator

pytestmark = pytest.mark.django_db


def charge(key: str) -> ChargeRequest:
    """A charge nobody objects to."""
    return ChargeRequest(
        key=key,
        order_id="ORD-1",
        customer_id="CUST001",
        amount=Decimal("10.00"),
        currency="USD",
    )


def test_a_charge_is_declined_for_good() -> None:
    """Its key stays declined when the fault is off; another is charged."""
    with faults.reached_by(lambda point: point == "payment.decline"):
        (declined,) = Simulator().charge_many([charge("PAY-1")])
    assert declined == Declined("A fault was turned on at payment.decline.")
    again, other = Simulator().charge_many([charge("PAY-1"), charge("PAY-2")])
    assert again == declined
    assert isinstance(other, Charged)


def test_what_was_charged_stays_so() -> None:
    """A repeat is answered from the books, whatever fault is on."""
    (charged,) = Simulator().charge_many([charge("PAY-1")])
    with faults.reached_by(lambda point: point == "payment.decline"):
        assert Simulator().charge_many([charge("PAY-1")]) == [charged]
