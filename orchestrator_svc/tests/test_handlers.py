"""Replies advance sagas, a batch at a time; a cancelled order turns its saga round."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.contracts.base import Mode
from common.messaging.envelope import Inbound
from orchestrator_svc.engine import handlers
from orchestrator_svc.engine.book import state_of, undo_id
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.tests.factories import (
    DONE,
    NOW,
    PAID,
    RESERVED,
    RETRIED,
    WAYS,
    order_cancelled,
    reply,
    saga,
)

pytestmark = pytest.mark.django_db


def handle(*batch: Inbound) -> list[tuple[str, str]]:
    """(type, id) of the commands a batch leads to."""
    sends = handlers.handle(batch, NOW)
    return [(one.envelope.type, one.envelope.message_id) for one in sends]


def stored(row: SagaInstance) -> SagaInstance:
    """The row as it is now."""
    return SagaInstance.objects.get(saga_id=row.saga_id)


class TestReplies:
    """What participants answer."""

    def test_a_reply_advances_its_saga_and_sends_the_next_command(self) -> None:
        """State, columns and version follow."""
        row = saga("PAYMENT_PROCESSING")
        sends = handle(reply(state_of(row), PAID))
        assert sends == [("RESERVE_INVENTORY", f"{row.saga_id}/3")]
        after = stored(row)
        assert (after.status, after.current_step, after.version) == (
            "INVENTORY_RESERVING",
            "RESERVE_INVENTORY",
            1,
        )
        assert state_of(after).data.payment_id == "PAY-1"

    def test_a_command_names_the_reply_that_caused_it(self) -> None:
        """And belongs to the saga's story."""
        row = saga("PAYMENT_PROCESSING")
        (send,) = handlers.handle([reply(state_of(row), PAID)], NOW)
        assert send.envelope.causation_id == f"{row.saga_id}/2/reply"
        assert send.envelope.correlation_id == row.saga_id
        assert (send.topic, send.key) == ("orchestrator.saga", row.order_id)

    def test_a_batch_costs_one_read_and_one_write(self) -> None:
        """However many sagas are in it."""
        few = [saga("PAYMENT_PROCESSING", n) for n in range(2)]
        many = [saga("PAYMENT_PROCESSING", n) for n in range(2, 32)]
        counts = []
        for rows in (few, many):
            batch = [reply(state_of(row), PAID) for row in rows]
            with CaptureQueriesContext(connection) as queries:
                handle(*batch)
            counts.append(len(queries))
        assert counts == [2, 2]

    def test_two_replies_to_one_saga_in_a_batch_are_taken_in_order(self) -> None:
        """The row is written once."""
        row = saga("PAYMENT_PROCESSING")
        first = reply(state_of(row), PAID)
        paid = saga("INVENTORY_RESERVING", 2)
        second = reply(state_of(paid), RESERVED)
        second = replace(
            second,
            saga_id=row.saga_id,
            envelope=replace(second.envelope, causation_id=f"{row.saga_id}/3"),
        )
        assert [name for name, _ in handle(first, second)] == [
            "RESERVE_INVENTORY",
            "COMPLETE_ORDER",
        ]
        assert (stored(row).status, stored(row).version) == ("INVENTORY_RESERVED", 1)

    def test_a_repeated_reply_changes_nothing(self) -> None:
        """Not even the version."""
        row = saga("PAYMENT_PROCESSING")
        answer = reply(state_of(row), PAID)
        handle(answer)
        assert handle(answer) == []
        assert stored(row).version == 1

    def test_the_reply_of_an_unknown_saga_is_passed_over(self) -> None:
        """The others in the batch are not."""
        row = saga("PAYMENT_PROCESSING")
        good = reply(state_of(row), PAID)
        stray = replace(good, saga_id="SAGA-nobody")
        assert len(handle(stray, good)) == 1

    def test_the_last_reply_completes_the_saga(self) -> None:
        """Nothing is left to be woken for."""
        row = saga("INVENTORY_RESERVED")
        assert handle(reply(state_of(row), DONE)) == []
        after = stored(row)
        assert (after.status, after.phase, after.wake_at) == (
            "COMPLETED",
            "COMPLETED",
            None,
        )


class TestCancelledOrders:
    """order.cancelled, as the order service says it."""

    def test_a_running_saga_is_turned_round(self) -> None:
        """In the customer's name; what may have happened is undone."""
        row = saga("PAYMENT_PROCESSING")
        assert handle(order_cancelled(row.order_id)) == [
            ("REFUND_PAYMENT", f"{row.saga_id}/3")
        ]
        state = state_of(stored(row))
        assert (state.status, state.reason) == ("COMPENSATING", "CANCELLED_BY_CUSTOMER")
        assert state.cancel is not None
        assert state.cancel.by == "customer:kim"

    def test_a_completed_saga_is_undone_by_another(self) -> None:
        """Stock first; the first saga stays completed."""
        row = saga("COMPLETED")
        undo = undo_id(state_of(row))
        assert handle(order_cancelled(row.order_id)) == [
            ("RELEASE_INVENTORY", f"{undo}/1")
        ]
        made = SagaInstance.objects.get(saga_id=undo)
        assert (made.definition, made.order_id, made.total_amount) == (
            "cancel-order",
            row.order_id,
            row.total_amount,
        )
        assert stored(row).status == "COMPLETED"

    def test_the_undo_is_of_the_try_that_was_completed(self) -> None:
        """Participants keep each try apart."""
        way = (*WAYS["FAILED"], RETRIED, *WAYS["COMPLETED"])
        row = saga(way=way)
        (send,) = handlers.handle([order_cancelled(row.order_id)], NOW)
        assert b'"attempt":2' in send.value

    def test_asking_twice_undoes_once(self) -> None:
        """In one batch, or in two."""
        row = saga("COMPLETED")
        asked = order_cancelled(row.order_id)
        assert len(handle(asked, asked)) == 1
        assert handle(asked) == []
        assert SagaInstance.objects.filter(definition="cancel-order").count() == 1

    def test_a_reply_and_a_cancel_in_one_batch_both_count(self) -> None:
        """The saga completes, and is undone at once."""
        row = saga("INVENTORY_RESERVED")
        batch = (reply(state_of(row), DONE), order_cancelled(row.order_id))
        assert [name for name, _ in handle(*batch)] == ["RELEASE_INVENTORY"]

    def test_past_the_last_refusal_the_undo_waits_for_the_end(self) -> None:
        """COMPLETE_ORDER is out: first it must be answered."""
        row = saga("INVENTORY_RESERVED")
        assert handle(order_cancelled(row.order_id)) == []
        sends = handle(reply(state_of(stored(row)), DONE))
        assert [name for name, _ in sends] == ["RELEASE_INVENTORY"]

    @pytest.mark.parametrize("status", ["FAILED", "COMPENSATED"])
    def test_an_ended_saga_stays_as_it_is(self, status: str) -> None:
        """There is nothing to cancel, and nothing fails."""
        row = saga(status)
        assert handle(order_cancelled(row.order_id)) == []
        assert stored(row).version == 0

    def test_orders_of_the_choreography_are_not_ours(self) -> None:
        """Nor are orders that have no saga."""
        row = saga("PAYMENT_PROCESSING")
        foreign = order_cancelled(row.order_id, Mode.CHOREOGRAPHY)
        assert handle(foreign, order_cancelled("ORD-unknown")) == []
        assert stored(row).version == 0
