"""What a fault does to a charge through the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from common import clock, faults
from common.faults import injection
from common.faults.file import FaultFile
from common.faults.record import Action, Fault
from common.storage.transactions import Conflict, run_atomically
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


@pytest.fixture
def declined_once(tmp_path: Path) -> Iterator[Fault]:
    """One charge is to be declined."""
    fault = Fault(
        fault_id="FAULT-1",
        point="payment.decline",
        action=Action.FAIL,
        times=1,
        at=clock.now(),
        until=clock.now() + timedelta(minutes=5),
        by="me",
    )
    file, before = FaultFile(tmp_path / "payment.json"), injection._watch
    file.add(fault)
    injection.install(injection.Watch("payment", file))
    yield fault
    injection.install(before)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("declined_once")
def test_the_charge_that_was_to_be_declined_is_declined_after_a_conflict() -> None:
    """Its unit runs again, from a clean slate; the next charge is a charge."""
    outcomes: list[object] = []

    def unit() -> None:
        outcomes.extend(Simulator().charge_many([charge("PAY-1")]))
        if len(outcomes) == 1:
            raise Conflict("somebody was first")

    run_atomically(unit)
    assert [type(one) for one in outcomes] == [Declined, Declined]
    (other,) = Simulator().charge_many([charge("PAY-2")])
    assert isinstance(other, Charged)
