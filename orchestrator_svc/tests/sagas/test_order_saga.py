"""Selling one order, told as dialogues."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from common.contracts.base import PaymentMethod, Refused
from common.contracts.order import Item
from common.saga import (
    Phase,
    ReplyArrived,
    RetryBlocked,
    StepStatus,
    latest,
    minutes,
    retry_blocked_reason,
    seconds,
)
from common.saga.dialogue import START, Asked, Dialogue
from common.saga.walks import SUCCESS, Walk, walks
from orchestrator_svc.sagas import OrderData, OrderSaga, undo_data
from orchestrator_svc.sagas.docs import ORDER
from orchestrator_svc.sagas.order import time_to_pay

ITEMS = (Item(product_id="PROD002", quantity=2, price=Decimal("29.99")),)
DATA = OrderData(
    order_id="ORD-1", customer_id="CUST-1", items=ITEMS, total_amount=Decimal("59.98")
)
PAID_AT_TOSS = {"status": "DONE", "paymentKey": "key-1"}
WALKS = list(walks(ORDER))


@pytest.fixture
def saga() -> Dialogue[OrderData]:
    """An order that has just been placed."""
    return Dialogue(OrderSaga, DATA)


def pay(saga: Dialogue[OrderData]) -> None:
    """The order is created and paid."""
    saga.expect("CREATE_ORDER").done()
    saga.expect("PROCESS_PAYMENT").done(payment_id="PAY-1", transaction_id="TX-1")


def complete(saga: Dialogue[OrderData]) -> None:
    """All goes well."""
    pay(saga)
    saga.expect("RESERVE_INVENTORY").done(reservation_id="RES-1")
    saga.expect("COMPLETE_ORDER").done()


def test_an_order_is_created_paid_reserved_completed(
    saga: Dialogue[OrderData],
) -> None:
    """Every command carries what its service needs, every status is the contract's."""
    labels = [saga.state.status]
    saga.expect(
        "CREATE_ORDER",
        customer_id="CUST-1",
        items=ITEMS,
        total_amount=Decimal("59.98"),
        payment_method=PaymentMethod.AUTO,
        attempt=1,
    ).done()
    labels += [*saga.last.passed, saga.state.status]
    saga.expect("PROCESS_PAYMENT", customer_id="CUST-1", amount=Decimal("59.98")).done(
        payment_id="PAY-1", transaction_id="TX-1"
    )
    labels += [*saga.last.passed, saga.state.status]
    saga.expect("RESERVE_INVENTORY", items=ITEMS).done(reservation_id="RES-1")
    labels += [*saga.last.passed, saga.state.status]
    saga.expect("COMPLETE_ORDER", payment_id="PAY-1", reservation_id="RES-1").done()
    saga.ended("COMPLETED")
    labels += [*saga.last.passed, saga.state.status]
    assert list(dict.fromkeys(labels)) == [
        "STARTED",
        "ORDER_CREATED",
        "PAYMENT_PROCESSING",
        "PAYMENT_COMPLETED",
        "INVENTORY_RESERVING",
        "INVENTORY_RESERVED",
        "COMPLETED",
    ]
    assert saga.state.data.transaction_id == "TX-1"


def test_a_shortage_gives_the_money_back_and_cancels_the_order(
    saga: Dialogue[OrderData],
) -> None:
    """Money had moved, so the order ends as cancelled, not as failed."""
    pay(saga)
    saga.expect("RESERVE_INVENTORY").refused("INSUFFICIENT_STOCK", "2 wanted, 1 left")
    saga.expect(
        "REFUND_PAYMENT",
        payment_id="PAY-1",
        amount=Decimal("59.98"),
        customer_id="CUST-1",
        reason="INSUFFICIENT_STOCK",
    ).done()
    saga.expect(
        "CANCEL_ORDER",
        failed=False,
        reason="INSUFFICIENT_STOCK",
        customer_id="CUST-1",
        items=ITEMS,
    ).done()
    saga.ended("COMPENSATED")
    assert saga.state.step("RESERVE_INVENTORY").error == (
        "INSUFFICIENT_STOCK: 2 wanted, 1 left"
    )


def test_a_declined_payment_fails_the_order(saga: Dialogue[OrderData]) -> None:
    """It was never paid: nothing is refunded."""
    saga.expect("CREATE_ORDER").done()
    saga.expect("PROCESS_PAYMENT").refused("PAYMENT_DECLINED")
    saga.expect("CANCEL_ORDER", failed=True).done()
    saga.ended("COMPENSATED")


def test_an_order_that_is_not_created_leaves_nothing_to_undo(
    saga: Dialogue[OrderData],
) -> None:
    """FAILED, where no completed step is there to compensate."""
    saga.expect("CREATE_ORDER").refused("INVALID")
    saga.ended("FAILED")
    assert saga.state.current_step == "CREATE_ORDER"


def test_a_payment_that_never_answers_is_refunded_by_order(
    saga: Dialogue[OrderData],
) -> None:
    """The payment id is unknown; the service finds it, or leaves a tombstone."""
    saga.expect("CREATE_ORDER").done()
    saga.wait(seconds(59))
    saga.expect("PROCESS_PAYMENT")
    saga.wake()
    saga.expect("REFUND_PAYMENT", payment_id=None, reason="TIMEOUT").done()
    saga.expect("CANCEL_ORDER", failed=True).done()
    saga.ended("COMPENSATED")


def test_a_payment_that_answers_too_late_did_move_money(
    saga: Dialogue[OrderData],
) -> None:
    """So the order ends as cancelled."""
    saga.expect("CREATE_ORDER").done()
    charge = saga.expect("PROCESS_PAYMENT")
    saga.wait(minutes(1))
    refund = saga.expect("REFUND_PAYMENT")
    charge.done(payment_id="PAY-1")
    refund.done()
    saga.expect("CANCEL_ORDER", failed=False).done()
    saga.ended("COMPENSATED")


def test_a_payment_that_refused_and_then_succeeded_is_refunded(
    saga: Dialogue[OrderData],
) -> None:
    """The cancel that is out is resent as it was; the refund follows it."""
    saga.expect("CREATE_ORDER").done()
    charge = saga.expect("PROCESS_PAYMENT")
    charge.refused("PAYMENT_DECLINED")
    cancel = saga.expect("CANCEL_ORDER", failed=True)
    charge.done(payment_id="PAY-1")
    saga.wake()
    assert saga.expect("CANCEL_ORDER").command == cancel.command
    cancel.done()
    saga.expect("REFUND_PAYMENT").done()
    saga.ended("COMPENSATED")
    assert saga.state.step("PROCESS_PAYMENT").completed_at == saga.now


def test_a_customer_in_the_toss_window_has_the_time_that_was_set() -> None:
    """And the payment service half a minute more to say that they did not pay."""
    data = replace(DATA, payment_method=PaymentMethod.TOSS, pay_within_s=90)
    saga = Dialogue(OrderSaga, data)
    saga.expect("CREATE_ORDER").done()
    charge = saga.expect("PROCESS_PAYMENT")
    saga.wait(seconds(119))
    assert saga.expect("PROCESS_PAYMENT").command_id == charge.command_id
    saga.wake()
    assert saga.state.reason == "TIMEOUT"
    assert saga.now == START + seconds(120)


def test_who_does_not_pay_in_person_needs_no_such_time() -> None:
    """Whatever it is set to."""
    assert time_to_pay(replace(DATA, pay_within_s=900)) == minutes(1)


def test_a_saga_of_before_the_setting_gives_ten_minutes() -> None:
    """It is read as it was written, and the order is aborted then."""
    saga = Dialogue(OrderSaga, replace(DATA, payment_method=PaymentMethod.TOSS))
    saga.expect("CREATE_ORDER", payment_method=PaymentMethod.TOSS).done()
    charge = saga.expect("PROCESS_PAYMENT", payment_method=PaymentMethod.TOSS)
    saga.wait(minutes(10) - seconds(1))
    assert saga.expect("PROCESS_PAYMENT").command_id == charge.command_id
    saga.wake()
    saga.expect("REFUND_PAYMENT")
    assert saga.state.reason == "TIMEOUT"


def doubt(saga: Dialogue[OrderData]) -> Asked[OrderData]:
    """The customer has paid at Toss, and the payment service could not save it."""
    saga.expect("CREATE_ORDER").done()
    charge = saga.expect("PROCESS_PAYMENT")
    charge.doubted("looking", toss_payment_data=PAID_AT_TOSS)
    return charge


class TestPaymentsInDoubt:
    """Toss is said to have charged, and the charge was refused all the same."""

    @pytest.fixture
    def saga(self) -> Dialogue[OrderData]:
        """An order whose customer pays in person."""
        data = replace(DATA, payment_method=PaymentMethod.TOSS, pay_within_s=600)
        return Dialogue(OrderSaga, data)

    def test_the_saga_waits_and_knows_what_toss_said(
        self, saga: Dialogue[OrderData]
    ) -> None:
        """Nothing is undone."""
        doubt(saga)
        saga.expect_nothing("PROCESS_PAYMENT may have happened")
        assert saga.state.status == "PAYMENT_PROCESSING"
        assert saga.state.data.toss_payment_data == PAID_AT_TOSS

    def test_it_goes_on_where_the_payment_is_there(
        self, saga: Dialogue[OrderData]
    ) -> None:
        """Once, whoever else says so after it."""
        charge = doubt(saga)
        charge.done(payment_id="PAY-1", transaction_id="key-1")
        saga.expect("RESERVE_INVENTORY")
        charge.done(payment_id="PAY-1", transaction_id="key-1")
        saga.expect_nothing("repeated or late")

    def test_the_payment_services_own_answer_is_as_good(
        self, saga: Dialogue[OrderData]
    ) -> None:
        """It comes to know by itself; what is found out later is a repeat."""
        charge = doubt(saga)
        charge.done(payment_id="PAY-1")
        charge.refused("TOSS_SUCCESS_DB_FAILED", "PAYMENT_REFUNDED: too late")
        saga.expect_nothing("repeated or late")
        assert saga.state.status == "INVENTORY_RESERVING"

    def test_money_that_went_back_meanwhile_is_not_charged_again(
        self, saga: Dialogue[OrderData]
    ) -> None:
        """The order ends as cancelled, for money had moved; the customer had paid."""
        charge = doubt(saga)
        charge.refused("TOSS_SUCCESS_DB_FAILED", toss_payment_data=PAID_AT_TOSS)
        saga.expect("CANCEL_ORDER", failed=False).done()
        saga.ended("COMPENSATED")
        assert retry_blocked_reason(saga.state) == "PAYMENT_REFUNDED"

    def test_a_customer_who_never_paid_may_be_asked_again(
        self, saga: Dialogue[OrderData]
    ) -> None:
        """What was said of Toss was not so, and is not kept as its word."""
        charge = doubt(saga)
        charge.refused("TOSS_SUCCESS_DB_FAILED", "NOT_CHARGED_AT_TOSS: nothing")
        saga.expect("CANCEL_ORDER", failed=True).done()
        assert saga.state.data.toss_payment_data is None
        assert retry_blocked_reason(saga.state) is None
        saga.retry()
        saga.expect("CREATE_ORDER", attempt=2).done()
        saga.expect("PROCESS_PAYMENT", attempt=2)

    def test_who_paid_at_the_last_moment_has_the_time_anew(
        self, saga: Dialogue[OrderData]
    ) -> None:
        """What they paid is looked for as long as they had for paying."""
        saga.expect("CREATE_ORDER").done()
        charge = saga.expect("PROCESS_PAYMENT")
        saga.wait(seconds(629))
        charge.doubted("looking", toss_payment_data=PAID_AT_TOSS)
        saga.wait(seconds(629))
        saga.expect("PROCESS_PAYMENT")
        saga.wake()
        saga.expect("REFUND_PAYMENT", reason="TIMEOUT").done()
        saga.expect("CANCEL_ORDER", failed=False).done()
        assert retry_blocked_reason(saga.state) == "PAYMENT_REFUNDED"

    def test_a_cancel_is_not_held_up_by_it(self, saga: Dialogue[OrderData]) -> None:
        """What is found out later is undone already, or is being."""
        charge = doubt(saga)
        saga.cancel()
        refund = saga.expect("REFUND_PAYMENT")
        charge.done(payment_id="PAY-1")
        saga.expect_nothing("its undo deals with it")
        refund.done()
        saga.expect("CANCEL_ORDER", failed=False).done()
        saga.ended("COMPENSATED")


def test_a_refusal_may_tell_what_toss_knows(saga: Dialogue[OrderData]) -> None:
    """The saga keeps it for whoever recovers the payment."""
    saga.expect("CREATE_ORDER").done()
    toss = {"status": "DONE", "paymentKey": "key"}
    saga.hear(
        ReplyArrived(
            command_name="PROCESS_PAYMENT",
            answer=Refused(reason="SAVE_FAILED", toss_payment_data=toss),
        )
    )
    assert saga.state.data.toss_payment_data == toss


def test_a_customer_cancels_while_the_payment_is_out(
    saga: Dialogue[OrderData],
) -> None:
    """The charge is undone though it is not known; the order ends as cancelled."""
    saga.expect("CREATE_ORDER").done()
    saga.cancel(reason="too dear")
    saga.expect("REFUND_PAYMENT", reason="CANCELLED_BY_CUSTOMER").done()
    saga.expect("CANCEL_ORDER", failed=False).done()
    saga.ended("COMPENSATED")
    assert saga.state.reason == "CANCELLED_BY_CUSTOMER"
    assert retry_blocked_reason(saga.state) == "CANCELLED_BY_CUSTOMER"


def test_a_cancel_while_the_order_is_being_completed_follows_completion(
    saga: Dialogue[OrderData],
) -> None:
    """Everything is sold already: another saga gives it back."""
    pay(saga)
    saga.expect("RESERVE_INVENTORY").done(reservation_id="RES-1")
    completing = saga.expect("COMPLETE_ORDER")
    saga.cancel()
    saga.expect_nothing(note="cancel-order follows")
    assert completing.done().undo_wanted
    saga.ended("COMPLETED")


def test_a_completed_order_that_is_cancelled_wants_its_undo(
    saga: Dialogue[OrderData],
) -> None:
    """The saga itself stays completed, and knows what the undo must know."""
    complete(saga)
    assert saga.cancel().undo_wanted
    undo = undo_data(saga.state)
    assert (undo.payment_id, undo.reservation_id, undo.amount) == (
        "PAY-1",
        "RES-1",
        Decimal("59.98"),
    )
    assert undo.reason == "CANCELLED_BY_CUSTOMER"
    assert latest(OrderSaga.undone_by or "").name == "cancel-order"


def test_a_retry_after_restocking_completes(saga: Dialogue[OrderData]) -> None:
    """The second try charges anew, under its own attempt, with no old payment id."""
    pay(saga)
    saga.expect("RESERVE_INVENTORY").refused("INSUFFICIENT_STOCK")
    saga.expect("REFUND_PAYMENT").done()
    saga.expect("CANCEL_ORDER").done()
    saga.retry(by="anna", reason="restocked")
    saga.expect("CREATE_ORDER", attempt=2).done()
    assert saga.state.data.payment_id is None
    saga.expect("PROCESS_PAYMENT", attempt=2).done(payment_id="PAY-2")
    saga.expect("RESERVE_INVENTORY", attempt=2).done(reservation_id="RES-2")
    saga.expect("COMPLETE_ORDER", attempt=2, payment_id="PAY-2").done()
    saga.ended("COMPLETED")
    (entry,) = saga.state.retries
    assert (entry.from_step, entry.result) == ("RESERVE_INVENTORY", "COMPLETED")


def test_a_refunded_toss_payment_is_not_charged_again() -> None:
    """Only the customer can pay again."""
    saga = Dialogue(OrderSaga, replace(DATA, payment_method=PaymentMethod.TOSS))
    pay(saga)
    saga.expect("RESERVE_INVENTORY").refused("INSUFFICIENT_STOCK")
    saga.expect("REFUND_PAYMENT").done()
    saga.expect("CANCEL_ORDER").done()
    assert retry_blocked_reason(saga.state) == "PAYMENT_REFUNDED"
    with pytest.raises(RetryBlocked, match="only the customer can pay again"):
        saga.retry()


def test_a_toss_payment_that_was_never_made_may_be_tried_again() -> None:
    """The window closed; no money had moved."""
    saga = Dialogue(OrderSaga, replace(DATA, payment_method=PaymentMethod.TOSS))
    saga.expect("CREATE_ORDER").done()
    saga.expect("PROCESS_PAYMENT").refused("PAY_PROCESS_CANCELED")
    saga.expect("CANCEL_ORDER", failed=True).done()
    assert retry_blocked_reason(saga.state) is None


@pytest.mark.parametrize("walk", WALKS, ids=lambda w: "-".join(s.label for s in w))
def test_no_walk_leaves_money_or_stock_behind(walk: Walk) -> None:
    """What may have been taken is given back, unless the order is completed."""
    end = walk[-1].advanced.state
    for step in end.steps:
        taken = step.completed_at is not None or step.undo_id is not None
        if end.phase is Phase.COMPLETED:
            assert step.status is StepStatus.SUCCESS
        else:
            assert (step.status is StepStatus.COMPENSATED) == taken
    last = walk[-1]
    assert last.label == SUCCESS or end.phase is Phase.FAILED
