"""Choreographed orders of which Toss is said to have the money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from common.contracts.base import Mode, Refused
from common.contracts.events import PaymentFailed
from common.contracts.payment import PaymentProcessed
from common.messaging.envelope import Outbound
from common.recovery import doorbell
from common.recovery.claim import refusal_of
from common.recovery.models import Recovery
from order_svc.orders import recovered
from order_svc.orders.handlers import handle
from order_svc.orders.models import Order
from order_svc.tests.factories import (
    NOW,
    TOTAL,
    OrderFactory,
    created_event,
    inbound,
    paid_event,
)

pytestmark = pytest.mark.django_db

TOSS = {"status": "DONE", "paymentKey": "key-1", "totalAmount": 1999.98}
BOOKED = PaymentProcessed(payment_id="PAY-ORD-1-1", transaction_id="key-1")
DENIED = Refused(reason="TOSS_SUCCESS_DB_FAILED", message="NOT_CHARGED_AT_TOSS: READY")


@pytest.fixture(autouse=True)
def _no_bell() -> Iterator[None]:
    with doorbell.bell_set_to(lambda: None):
        yield


def unsaved(**fields: Any) -> PaymentFailed:
    """payment.failed of a payment service that could not save the charge."""
    defaults: dict[str, Any] = {
        "order_id": "ORD-1",
        "reason": "TOSS_SUCCESS_DB_FAILED",
        "message": "not saved",
        "payment_id": "PAY-ORD-1-1",
        "toss_payment_data": TOSS,
    }
    return PaymentFailed(**{**defaults, **fields})


def hear(**fields: Any) -> Order:
    """It arrives; the order afterwards, to which nobody was told anything."""
    assert handle([inbound(unsaved(**fields))], NOW) == []
    return Order.objects.get()


def conclude(finding: PaymentProcessed | Refused) -> list[Outbound]:
    """What the payment service found out, and what is told of it."""
    return list(recovered.conclude(Recovery.objects.get(), finding, NOW))


class TestHeard:
    """payment.failed with Toss's record."""

    def test_the_order_goes_on_waiting_and_says_for_what(self) -> None:
        """It has not failed."""
        OrderFactory(order_id="ORD-1")
        order = hear()
        assert (order.status, order.payment_id) == ("PENDING", "PAY-ORD-1-1")
        [line] = order.history
        assert line["why"].startswith("payment.failed: TOSS_SUCCESS_DB_FAILED")
        assert line["why"].endswith("waiting for the payment's document")

    def test_the_payment_is_looked_into(self) -> None:
        """Under the id of the order."""
        OrderFactory(order_id="ORD-1")
        hear()
        row = Recovery.objects.get()
        assert (
            row.recovery_id,
            row.order_id,
            row.saga_id,
            row.customer_id,
            row.amount,
            row.payment_id,
            row.caused_by,
        ) == (
            "ORD-1",
            "ORD-1",
            "",
            "CUST001",
            TOTAL,
            "PAY-ORD-1-1",
            "ORD-1/payment.failed",
        )
        assert refusal_of(row) == Refused(
            reason="TOSS_SUCCESS_DB_FAILED", message="not saved", toss_payment_data=TOSS
        )

    def test_one_without_a_payment_id_is_looked_for_by_the_order(self) -> None:
        """Its history says so all the same."""
        OrderFactory(order_id="ORD-1")
        assert len(hear(payment_id=None).history) == 1
        assert Recovery.objects.get().payment_id == ""

    def test_saying_it_twice_looks_once(self) -> None:
        """Under whatever id it comes."""
        OrderFactory(order_id="ORD-1")
        handle(
            [inbound(unsaved()), inbound(unsaved(), message_id="payment.failed/0/1")],
            NOW,
        )
        assert Recovery.objects.count() == 1

    @pytest.mark.parametrize(
        ("status", "mode"),
        [
            ("PAYMENT_COMPLETED", Mode.CHOREOGRAPHY),
            ("COMPLETED", Mode.CHOREOGRAPHY),
            ("CANCELLING", Mode.CHOREOGRAPHY),
            ("CANCELLED", Mode.CHOREOGRAPHY),
            ("FAILED", Mode.CHOREOGRAPHY),
            ("PENDING", Mode.ORCHESTRATION),
        ],
    )
    def test_an_order_that_waits_for_no_payment_stays_as_it_is(
        self, status: str, mode: Mode
    ) -> None:
        """Paid, undone or its saga's: one being cancelled goes on being cancelled."""
        OrderFactory(order_id="ORD-1", status=status, mode=mode.value)
        order = hear()
        assert (order.status, order.version) == (status, 0)
        assert not Recovery.objects.exists()

    def test_an_order_that_is_not_here_yet_is_not_made_for_it(self) -> None:
        """There is nothing to look for it by; it opens as ever."""
        handle([inbound(unsaved())], NOW)
        assert not Order.objects.exists()
        assert not Recovery.objects.exists()
        handle([inbound(created_event())], NOW)
        assert Order.objects.get().status == "PENDING"

    def test_a_record_that_claims_no_charge_is_a_refusal(self) -> None:
        """As it always was."""
        OrderFactory(order_id="ORD-1")
        assert hear(toss_payment_data={"status": "ABORTED"}).status == "FAILED"
        assert not Recovery.objects.exists()

    def test_the_order_may_come_in_the_same_batch(self) -> None:
        """A foreign one; it is written once."""
        handle([inbound(created_event()), inbound(unsaved())], NOW)
        order = Order.objects.get()
        assert (order.status, order.version) == ("PENDING", 0)
        assert order.history[-1]["why"].endswith("the payment's document")
        assert Recovery.objects.get().amount == TOTAL

    def test_so_may_the_payment(self) -> None:
        """The payment service came to know by itself."""
        OrderFactory(order_id="ORD-1")
        handle([inbound(unsaved()), inbound(paid_event())], NOW)
        assert Order.objects.get().status == "PAYMENT_COMPLETED"


class TestConcluded:
    """What the payment service found out."""

    def test_of_a_payment_that_is_there_its_own_event_tells(self) -> None:
        """The order goes on when that comes."""
        OrderFactory(order_id="ORD-1")
        hear()
        assert conclude(BOOKED) == []
        assert Order.objects.get().status == "PENDING"

    def test_one_that_cannot_be_undoes_the_order(self) -> None:
        """All the way: the customer may still be able to pay, or have been."""
        OrderFactory(order_id="ORD-1")
        hear()
        [told] = conclude(DENIED)
        assert told.envelope.message_id == "ORD-1/order.cancelled"
        order = Order.objects.get()
        assert (order.status, order.cancelled_by) == ("CANCELLING", "order-service")
        assert order.cancellation_reason == f"{DENIED.reason}: {DENIED.message}"
        assert order.history[-1]["why"] == f"the payment cannot be: {DENIED.message}"

    @pytest.mark.parametrize("status", ["COMPLETED", "CANCELLING", "FAILED"])
    def test_an_order_that_went_on_meanwhile_is_left(self, status: str) -> None:
        """What it waits for now tells the rest."""
        OrderFactory(order_id="ORD-1")
        hear()
        Order.objects.update(status=status)
        assert conclude(DENIED) == []
        assert Order.objects.get().status == status
