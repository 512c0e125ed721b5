"""The choice of a provider, and the simulated one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from common.conf.env import ConfigurationError
from payment_svc.payments import gateway
from payment_svc.payments.gateway.port import (
    Charged,
    ChargeRequest,
    Declined,
    RefundRefused,
    RefundRequest,
)
from payment_svc.payments.gateway.simulator import Simulator
from payment_svc.payments.models import SimulatedCharge, SimulatedRefund


def charge(key: str = "PAY-1", amount: str = "10.00") -> ChargeRequest:
    """A charge nobody objects to."""
    return ChargeRequest(
        key=key,
        order_id="ORD-1",
        customer_id="CUST001",
        amount=Decimal(amount),
        currency="USD",
    )


def give_back(key: str, amount: str, charge_key: str = "PAY-1") -> RefundRequest:
    """A refund of the charge."""
    return RefundRequest(
        key=key, charge_key=charge_key, amount=Decimal(amount), reason=""
    )


def test_the_simulator_is_the_provider_by_default() -> None:
    """It is chosen once, and keeps its books in our transaction."""
    assert isinstance(gateway.provider(), Simulator)
    assert gateway.provider() is gateway.provider()
    assert gateway.provider().settles_locally


def test_another_provider_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only what is served can be configured."""
    monkeypatch.setenv("PAYMENT_PROVIDER", "paypal")
    with pytest.raises(
        ConfigurationError, match=r"PAYMENT_PROVIDER is 'paypal'.*simulator"
    ):
        gateway.provider()


@pytest.mark.parametrize("rate", ["1.1", "-0.1", "NaN", "Infinity", "many"])
def test_a_wrong_decline_rate_is_refused(
    rate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share is a number from 0 to 1."""
    monkeypatch.setenv("PAYMENT_SIMULATOR_DECLINE_RATE", rate)
    with pytest.raises(ConfigurationError, match="a number from 0 to 1"):
        gateway.provider()


@pytest.mark.django_db
def test_a_key_is_charged_once() -> None:
    """The same key, in one call and in the next, has one outcome."""
    first, again = Simulator().charge_many([charge(), charge()])
    (later,) = Simulator(Decimal(1)).charge_many([charge()])
    assert first == again == later
    assert isinstance(first, Charged)
    assert first.transaction_id.startswith("SIM-")
    assert SimulatedCharge.objects.get().amount == Decimal("10.00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "outcome"),
    [("4000.01", Charged), ("4000.02", Declined), ("4000.03", Charged)],
)
def test_one_total_is_declined(amount: str, outcome: type) -> None:
    """It is exactly 4000.02."""
    (found,) = Simulator().charge_many([charge(amount=amount)])
    assert isinstance(found, outcome)


@pytest.mark.django_db
def test_all_are_declined_at_rate_one_and_none_at_zero() -> None:
    """The bounds of the rate hold."""
    keys = [charge(str(number)) for number in range(50)]
    declined = Simulator(Decimal(1)).charge_many(keys)
    assert {type(one) for one in declined} == {Declined}
    others = [charge(f"other-{number}") for number in range(50)]
    assert {type(one) for one in Simulator().charge_many(others)} == {Charged}


@pytest.mark.django_db
def test_refunds_add_up_to_the_charge_and_no_further() -> None:
    """Several parts, each key once; a cent more is refused."""
    simulator = Simulator()
    simulator.charge_many([charge()])
    first, again = simulator.refund_many([give_back("r1", "6.00")] * 2)
    assert first == again
    simulator.refund_many([give_back("r2", "4.00")])
    with pytest.raises(RefundRefused, match=r"0\.01 asked back, 0\.00 left"):
        simulator.refund_many([give_back("r3", "0.01")])
    assert SimulatedRefund.objects.count() == 2


@pytest.mark.django_db
def test_what_was_not_charged_is_not_given_back() -> None:
    """Neither an unknown charge nor a declined one."""
    simulator = Simulator()
    simulator.charge_many([charge(amount="4000.02")])
    for key in ("PAY-1", "PAY-2"):
        with pytest.raises(RefundRefused, match="was never charged"):
            simulator.refund_many([give_back("r", "1.00", key)])


@pytest.mark.django_db
def test_nothing_asked_costs_no_query(django_assert_num_queries: Any) -> None:
    """Batches without charges or refunds do not touch the ledger."""
    with django_assert_num_queries(0):
        assert (*Simulator().charge_many([]), *Simulator().refund_many([])) == ()
