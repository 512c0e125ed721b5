"""Undoing a completed order, told as dialogues."""

from __future__ import annotations

from decimal import Decimal

import pytest

from common.contracts.order import Item
from common.saga import CancelBlocked, Phase
from common.saga.dialogue import Dialogue
from orchestrator_svc.sagas import CancelOrderSaga, UndoData

ITEMS = (Item(product_id="PROD002", quantity=2, price=Decimal("29.99")),)
DATA = UndoData(
    order_id="ORD-1",
    customer_id="CUST-1",
    items=ITEMS,
    total_amount=Decimal("59.98"),
    payment_id="PAY-2",
    reservation_id="RES-2",
    reason="CANCELLED_BY_CUSTOMER",
)


@pytest.fixture
def saga() -> Dialogue[UndoData]:
    """The undo of an order whose second try was completed."""
    return Dialogue(CancelOrderSaga, DATA, attempt=2)


def test_stock_then_money_then_the_order(saga: Dialogue[UndoData]) -> None:
    """In this order, each for the try that was completed."""
    assert saga.state.status == "STARTED"
    saga.expect(
        "RELEASE_INVENTORY",
        attempt=2,
        reservation_id="RES-2",
        reason="CANCELLED_BY_CUSTOMER",
    ).done()
    assert saga.state.status == "STARTED"
    saga.expect(
        "REFUND_PAYMENT",
        attempt=2,
        payment_id="PAY-2",
        amount=Decimal("59.98"),
        customer_id="CUST-1",
    ).done()
    saga.expect(
        "CANCEL_ORDER", attempt=2, failed=False, customer_id="CUST-1", items=ITEMS
    ).done()
    saga.ended("COMPLETED")


def test_a_refund_that_is_refused_is_seen_and_tried_again(
    saga: Dialogue[UndoData],
) -> None:
    """It never passes as failed: the order is not cancelled before."""
    saga.expect("RELEASE_INVENTORY").done()
    saga.expect("REFUND_PAYMENT").refused("PROVIDER_DOWN")
    assert saga.state.phase is Phase.RUNNING
    saga.flagged("REFUND_PAYMENT was refused: PROVIDER_DOWN")
    saga.wake()
    saga.expect("REFUND_PAYMENT").done()
    saga.flagged(None)
    saga.expect("CANCEL_ORDER").done()
    saga.ended("COMPLETED")


def test_a_refund_that_is_never_done_is_settled_by_hand(
    saga: Dialogue[UndoData],
) -> None:
    """With a reference; then the order is cancelled."""
    saga.expect("RELEASE_INVENTORY").done()
    saga.expect("REFUND_PAYMENT").refused("ACCOUNT_CLOSED")
    saga.settle("REFUND_PAYMENT", "bank transfer 4711")
    saga.expect("CANCEL_ORDER").done()
    saga.ended("COMPLETED")
    settled = saga.state.step("REFUND_PAYMENT").settled
    assert settled is not None
    assert settled.reference == "bank transfer 4711"


def test_silence_is_asked_again_for_ever(saga: Dialogue[UndoData]) -> None:
    """No deadline ends it."""
    release = saga.expect("RELEASE_INVENTORY")
    for resend in range(1, 100):
        saga.wake()
        again = saga.expect("RELEASE_INVENTORY")
        assert (again.command_id, again.resend) == (release.command_id, resend)
    saga.flagged("RELEASE_INVENTORY has not been answered")


def test_an_undo_can_not_be_cancelled(saga: Dialogue[UndoData]) -> None:
    """There is no way back from the way back."""
    with pytest.raises(CancelBlocked) as blocked:
        saga.cancel()
    assert blocked.value.code == "PAST_PIVOT"
