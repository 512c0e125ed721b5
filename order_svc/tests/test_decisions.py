"""What each message means for an order, in each of its situations."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest

from common.contracts.base import Command, ContractError, Done, Event, Mode, Refused
from common.contracts.events import (
    InventoryFailed,
    InventoryReserved,
    OrderCancelled,
    PaymentFailed,
)
from common.contracts.order import CancelOrder, CompleteOrder
from order_svc.orders.decisions import Arrival, Decision, decide
from order_svc.orders.domain import OrderState, OrderStatus
from order_svc.tests.factories import (
    LAPTOPS,
    create_command,
    created_event,
    order_state,
    paid_event,
)

S = OrderStatus
ORCHESTRATED = Mode.ORCHESTRATION


def deciding(order: OrderState | None, body: Command | Event) -> Decision:
    """The decision for a message to ORD-1."""
    arrival = Arrival(order_id="ORD-1", body=body, message_id="M-1", saga_id="SAGA-1")
    return decide(order, arrival)


def refusal(decision: Decision) -> str:
    """The reason of the refusal that is the answer."""
    assert isinstance(decision.answer, Refused)
    return decision.answer.reason


def story(*messages: Command | Event) -> OrderState:
    """The order after these messages, from nothing."""
    order: OrderState | None = None
    for message in messages:
        order = deciding(order, message).order
    assert order is not None
    return order


RESERVED = InventoryReserved(order_id="ORD-1", reservation_id="RES-ORD-1-1")
SHORTAGE = InventoryFailed(order_id="ORD-1", reason="INSUFFICIENT_STOCK")
RELEASED = InventoryFailed(order_id="ORD-1", reason="ORDER_CANCELLED")
DECLINED = PaymentFailed(order_id="ORD-1", reason="CARD_DECLINED", message="no money")
REFUNDED = PaymentFailed(
    order_id="ORD-1", reason="REFUNDED", refunded_amount=Decimal("1999.98")
)


class TestCreateOrder:
    """CREATE_ORDER opens an order, and a retry opens it again."""

    def test_opens_a_new_order(self) -> None:
        """The order is PENDING, orchestrated, and knows its saga."""
        decision = deciding(None, create_command())
        assert decision.answer == Done()
        assert decision.order == order_state(
            mode=ORCHESTRATED, saga_id="SAGA-1", opened_by="M-1"
        )
        assert decision.contents is not None
        assert decision.contents.items == (LAPTOPS,)

    def test_a_total_that_is_not_the_sum_is_refused(self) -> None:
        """Nothing is opened."""
        decision = deciding(None, create_command(total_amount=Decimal(1)))
        assert refusal(decision) == "TOTAL_MISMATCH"
        assert decision.order is None

    @pytest.mark.parametrize("status", [S.PENDING, S.COMPLETED, S.CANCELLING])
    def test_a_repeat_of_the_same_attempt_is_harmless(self, status: S) -> None:
        """It is answered with success and changes nothing."""
        order = order_state(status, ORCHESTRATED)
        assert deciding(order, create_command()) == Decision(order=order, answer=Done())

    @pytest.mark.parametrize("status", [S.CANCELLED, S.FAILED])
    def test_a_late_one_meets_the_tombstone(self, status: S) -> None:
        """An attempt that was undone is not opened any more."""
        order = order_state(status, ORCHESTRATED)
        decision = deciding(order, create_command())
        assert refusal(decision) == "ALREADY_COMPENSATED"
        assert decision.order is order

    def test_one_of_an_earlier_attempt_is_refused(self) -> None:
        """It comes too late, however the order stands now."""
        order = order_state(S.PENDING, ORCHESTRATED, attempt=2)
        assert refusal(deciding(order, create_command(1))) == "ALREADY_COMPENSATED"

    @pytest.mark.parametrize("status", [S.CANCELLED, S.FAILED])
    def test_a_retry_reopens_with_nothing_left_of_before(self, status: S) -> None:
        """Ids and reasons of the earlier attempt are gone."""
        order = order_state(
            status,
            ORCHESTRATED,
            payment_id="PAY-ORD-1-1",
            reason="CARD_DECLINED",
            cancelled_by="kim",
        )
        decision = deciding(order, create_command(2))
        assert decision.answer == Done()
        assert decision.order == order_state(
            mode=ORCHESTRATED, attempt=2, saga_id="SAGA-1", opened_by="M-1"
        )

    def test_a_retry_of_an_order_that_was_not_undone_is_refused(self) -> None:
        """Two attempts never live at once."""
        order = order_state(S.PENDING, ORCHESTRATED)
        assert refusal(deciding(order, create_command(2))) == "PREVIOUS_ATTEMPT_OPEN"

    def test_an_order_of_the_choreography_is_not_taken_over(self) -> None:
        """One order has one pattern."""
        assert refusal(deciding(order_state(), create_command(2))) == "NOT_ORCHESTRATED"


class TestCompleteOrder:
    """COMPLETE_ORDER is the end of a sale."""

    command = CompleteOrder(payment_id="PAY-ORD-1-1", reservation_id="RES-ORD-1-1")

    def test_completes_and_learns_the_ids(self) -> None:
        """The order shows how it was paid and reserved."""
        order = order_state(mode=ORCHESTRATED)
        assert deciding(order, self.command) == Decision(
            order=order_state(
                S.COMPLETED,
                ORCHESTRATED,
                payment_id="PAY-ORD-1-1",
                reservation_id="RES-ORD-1-1",
            ),
            answer=Done(),
        )

    def test_an_order_being_cancelled_stays_so(self) -> None:
        """The saga hears success, and its undo will close the order."""
        decision = deciding(order_state(S.CANCELLING, ORCHESTRATED), self.command)
        assert decision.answer == Done()
        assert decision.order is not None
        assert decision.order.status is S.CANCELLING
        assert decision.order.payment_id == "PAY-ORD-1-1"

    def test_a_repeat_changes_nothing(self) -> None:
        """The same answer, the same order."""
        once = deciding(order_state(mode=ORCHESTRATED), self.command)
        assert deciding(once.order, self.command) == once

    @pytest.mark.parametrize(
        ("order", "reason"),
        [
            (None, "ORDER_UNKNOWN"),
            (order_state(S.CANCELLED, ORCHESTRATED), "ALREADY_COMPENSATED"),
            (order_state(S.FAILED, ORCHESTRATED), "ALREADY_COMPENSATED"),
            (order_state(mode=ORCHESTRATED, attempt=2), "ALREADY_COMPENSATED"),
            (order_state(), "NOT_ORCHESTRATED"),
        ],
    )
    def test_is_refused_where_there_is_nothing_to_complete(
        self, order: OrderState | None, reason: str
    ) -> None:
        """The order stays as it is."""
        decision = deciding(order, self.command)
        assert refusal(decision) == reason
        assert decision.order is order

    def test_an_attempt_not_opened_cannot_be_completed(self) -> None:
        """The order that is here belongs to an earlier attempt."""
        order = order_state(mode=ORCHESTRATED)
        assert refusal(deciding(order, CompleteOrder(attempt=2))) == "ORDER_UNKNOWN"


class TestCancelOrder:
    """CANCEL_ORDER closes an order, or sees to it that it never opens."""

    @pytest.mark.parametrize(
        ("before", "failed", "expected"),
        [
            (S.PENDING, False, S.CANCELLED),
            (S.PENDING, True, S.FAILED),
            (S.COMPLETED, False, S.CANCELLED),
            (S.COMPLETED, True, S.CANCELLED),
            (S.CANCELLING, False, S.CANCELLED),
            (S.CANCELLING, True, S.CANCELLED),
            (S.CANCELLED, True, S.CANCELLED),
            (S.FAILED, False, S.FAILED),
        ],
    )
    def test_how_it_closes(self, before: S, failed: bool, expected: S) -> None:
        """FAILED is said only of what was never paid nor cancelled by anybody."""
        command = CancelOrder(reason="CARD_DECLINED", failed=failed)
        decision = deciding(order_state(before, ORCHESTRATED), command)
        assert decision.answer == Done()
        assert decision.order is not None
        assert decision.order.status is expected

    def test_what_never_arrived_leaves_a_tombstone(self) -> None:
        """The late CREATE_ORDER of that attempt is refused then."""
        command = CancelOrder(
            reason="TIMEOUT", failed=True, customer_id="CUST001", items=(LAPTOPS,)
        )
        decision = deciding(None, command)
        assert decision.answer == Done()
        assert decision.order is not None
        assert decision.order.status is S.FAILED
        assert decision.order.reason == "TIMEOUT"
        assert decision.contents is not None
        assert decision.contents.total_amount == Decimal("1999.98")
        late = deciding(decision.order, create_command())
        assert refusal(late) == "ALREADY_COMPENSATED"

    def test_a_tombstone_of_a_retry_stands_on_the_earlier_attempt(self) -> None:
        """The order keeps what it holds and is closed for the new attempt."""
        order = order_state(S.CANCELLED, ORCHESTRATED)
        decision = deciding(order, CancelOrder(attempt=2, failed=True))
        assert decision.contents is None
        assert decision.order is not None
        assert (decision.order.attempt, decision.order.status) == (2, S.FAILED)
        late = deciding(decision.order, create_command(2))
        assert refusal(late) == "ALREADY_COMPENSATED"

    def test_a_late_one_does_not_touch_the_next_attempt(self) -> None:
        """What it wants undone is undone already."""
        order = order_state(mode=ORCHESTRATED, attempt=2)
        decision = deciding(order, CancelOrder(attempt=1))
        assert decision == Decision(order=order, answer=Done())

    def test_an_order_of_the_choreography_is_left_alone(self) -> None:
        """One order has one pattern."""
        assert refusal(deciding(order_state(), CancelOrder())) == "NOT_ORCHESTRATED"


class TestChoreography:
    """The events of payment and inventory, in and out of order."""

    def test_the_happy_way(self) -> None:
        """Created, paid, reserved: COMPLETED, with both ids."""
        order = story(created_event(), paid_event(), RESERVED)
        assert order.status is S.COMPLETED
        assert order.payment_id == "PAY-ORD-1-1"
        assert order.reservation_id == "RES-ORD-1-1"

    def test_every_order_of_arrival_completes(self) -> None:
        """The three facts come over three topics, so any may be first."""
        for messages in permutations([created_event(), paid_event(), RESERVED]):
            order = story(*messages)
            assert order.status is S.COMPLETED
            assert order.known
            assert order.payment_id == "PAY-ORD-1-1"

    def test_a_decline_fails_the_order(self) -> None:
        """It was never paid."""
        order = story(created_event(), DECLINED)
        assert order.status is S.FAILED
        assert order.reason == "CARD_DECLINED: no money"

    def test_a_shortage_waits_for_the_refund(self) -> None:
        """CANCELLED is said only when the money is back."""
        short = story(created_event(), paid_event(), SHORTAGE)
        assert short.status is S.CANCELLING
        assert short.reason == "INSUFFICIENT_STOCK"
        refunded = deciding(short, REFUNDED)
        assert refunded.order is not None
        assert refunded.order.status is S.CANCELLED
        assert refunded.order.reason == "INSUFFICIENT_STOCK"
        assert not refunded.undo

    def test_every_order_of_arrival_of_a_shortage_is_cancelled(self) -> None:
        """And the shortage is the reason, whichever came first."""
        facts = [created_event(), paid_event(), SHORTAGE, REFUNDED]
        for messages in permutations(facts):
            order = story(*messages)
            assert order.status is S.CANCELLED
            assert order.reason == "INSUFFICIENT_STOCK"

    @pytest.mark.parametrize("failure", [DECLINED, REFUNDED])
    def test_a_customers_cancel_ends_cancelled(self, failure: PaymentFailed) -> None:
        """Whether there was money to give back or not; the customer's reason stays."""
        order = order_state(S.CANCELLING, reason="too late", cancelled_by="kim")
        released = deciding(order, RELEASED).order
        decision = deciding(released, failure)
        assert decision.order is not None
        assert decision.order.status is S.CANCELLED
        assert decision.order.reason == "too late"
        assert not decision.undo

    def test_money_given_back_unasked_releases_the_stock_too(self) -> None:
        """A refund by hand, say: everybody is told to undo the order."""
        order = story(created_event(), paid_event(), RESERVED)
        decision = deciding(order, REFUNDED)
        assert decision.undo
        assert decision.order is not None
        assert decision.order.status is S.CANCELLED
        assert deciding(decision.order, REFUNDED) == Decision(order=decision.order)

    @pytest.mark.parametrize("status", [S.CANCELLED, S.FAILED])
    @pytest.mark.parametrize(
        "late", [created_event(), paid_event(), RESERVED, DECLINED, REFUNDED]
    )
    def test_an_ended_order_hears_nothing(self, status: S, late: Event) -> None:
        """Late and doubled events change nothing."""
        order = order_state(status)
        assert deciding(order, late) == Decision(order=order)

    def test_doubled_events_change_nothing(self) -> None:
        """Each twice is each once."""
        once = story(created_event(), paid_event(), RESERVED)
        created, paid = created_event(), paid_event()
        twice = story(created, created, paid, paid, RESERVED, RESERVED)
        assert once == twice

    @pytest.mark.parametrize("event", [paid_event(), RESERVED, SHORTAGE, REFUNDED])
    def test_an_orchestrated_order_listens_to_its_orchestrator_only(
        self, event: Event
    ) -> None:
        """Events of the choreography, from whoever, do not move it."""
        order = order_state(mode=ORCHESTRATED)
        assert deciding(order, event) == Decision(order=order)

    def test_a_foreign_order_that_does_not_add_up_is_undone(self) -> None:
        """Payment and inventory have heard of it, so they are told to undo it."""
        decision = deciding(None, created_event(total_amount=Decimal(1)))
        assert decision.undo
        assert decision.order is not None
        assert decision.order.status is S.CANCELLING
        assert decision.order.reason.startswith("TOTAL_MISMATCH")

    def test_a_foreign_order_that_does_not_add_up_and_was_declined(self) -> None:
        """There is nothing to undo any more."""
        declined = story(DECLINED)
        wrong = created_event(total_amount=Decimal(1))
        decision = deciding(declined, wrong)
        assert not decision.undo
        assert decision.order is not None
        assert decision.order.status is S.FAILED


def test_a_message_for_somebody_else_is_an_error() -> None:
    """It is named, so that its dead letter can be understood."""
    with pytest.raises(ContractError, match="OrderCancelled"):
        deciding(None, OrderCancelled(order_id="ORD-1"))
