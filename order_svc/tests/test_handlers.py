"""A batch of messages: what it leaves in the database, and what it sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.contracts.base import ContractError, Done, Reply
from common.contracts.events import InventoryFailed, InventoryReserved, PaymentFailed
from common.contracts.order import CancelOrder, CompleteOrder
from common.messaging.envelope import Inbound, Outbound
from order_svc.orders.book import MAX_HISTORY, note
from order_svc.orders.domain import OrderStatus
from order_svc.orders.handlers import handle
from order_svc.orders.models import Order
from order_svc.tests.factories import (
    LINE,
    NOW,
    TOTAL,
    OrderFactory,
    create_command,
    created_event,
    inbound,
    paid_event,
)

pytestmark = pytest.mark.django_db


def value(message: Outbound) -> dict[str, Any]:
    """The JSON that leaves."""
    decoded: dict[str, Any] = msgspec.json.decode(message.value)
    return decoded


def reserved_event(order_id: str = "ORD-1") -> InventoryReserved:
    """inventory.reserved."""
    return InventoryReserved(order_id=order_id, reservation_id=f"RES-{order_id}-1")


def shortage_event(order_id: str = "ORD-1") -> InventoryFailed:
    """inventory.failed for want of stock."""
    return InventoryFailed(order_id=order_id, reason="INSUFFICIENT_STOCK")


def test_create_order_stores_the_order_and_replies() -> None:
    """The row holds everything; the reply names the command it answers."""
    [reply] = handle([inbound(create_command(), message_id="SAGA-1/1")], NOW)
    order = Order.objects.get(order_id="ORD-1")
    assert order.mode == "ORCHESTRATION"
    assert order.status == "PENDING"
    assert order.customer_id == "CUST001"
    assert order.items == [LINE]
    assert order.total_amount == TOTAL
    assert order.saga_id == "SAGA-1"
    assert order.resend_at is None
    assert (order.created_at, order.updated_at) == (NOW, NOW)
    assert order.history == [
        {
            "at": "2026-03-01T12:00:00.123Z",
            "from": None,
            "to": "PENDING",
            "why": "CREATE_ORDER",
        }
    ]
    assert reply.topic == "orchestrator.reply"
    assert reply.envelope.message_id == "SAGA-1/1/reply"
    assert reply.envelope.causation_id == "SAGA-1/1"
    assert value(reply) == {
        "sagaId": "SAGA-1",
        "orderId": "ORD-1",
        "command": "CREATE_ORDER",
        "status": "SUCCESS",
        "data": {},
    }


def test_a_refused_create_order_stores_nothing() -> None:
    """The reply says why."""
    command = create_command(total_amount=Decimal(1))
    [reply] = handle([inbound(command)], NOW)
    assert not Order.objects.exists()
    assert value(reply)["status"] == "FAILED"
    assert value(reply)["data"]["reason"] == "TOTAL_MISMATCH"


def test_a_whole_saga_in_one_batch_writes_the_row_once() -> None:
    """Created and completed: one insert, the end state, both lines of history."""
    batch = [
        inbound(create_command()),
        inbound(CompleteOrder(payment_id="PAY-1", reservation_id="RES-1")),
    ]
    with CaptureQueriesContext(connection) as queries:
        replies = handle(batch, NOW)
    statements = [query["sql"].split()[0] for query in queries.captured_queries]
    assert len(statements) == 2
    assert statements[0] in {"SELECT", "find"}
    order = Order.objects.get()
    assert (order.status, order.payment_id) == ("COMPLETED", "PAY-1")
    assert [line["to"] for line in order.history] == ["PENDING", "COMPLETED"]
    assert [value(reply)["status"] for reply in replies] == ["SUCCESS", "SUCCESS"]


def test_a_retry_reopens_the_order_with_the_contents_it_brings() -> None:
    """The history goes on; everything of the earlier attempt is gone."""
    handle([inbound(create_command()), inbound(CancelOrder(reason="DECLINED"))], NOW)
    later = NOW + timedelta(minutes=1)
    handle([inbound(create_command(2, customer_id="CUST002"))], later)
    order = Order.objects.get()
    assert (order.status, order.attempt, order.customer_id) == ("PENDING", 2, "CUST002")
    assert order.cancellation_reason == ""
    assert (order.created_at, order.updated_at) == (NOW, later)
    assert [line["why"] for line in order.history] == [
        "CREATE_ORDER",
        "CANCEL_ORDER: DECLINED",
        "CREATE_ORDER, attempt 2",
    ]


def test_a_cancel_before_its_create_leaves_a_tombstone() -> None:
    """In one batch or in two, the late command is refused."""
    early, late = inbound(CancelOrder(failed=True)), inbound(create_command())
    first, second = handle([early, late], NOW)
    assert value(first)["status"] == "SUCCESS"
    assert value(second)["data"]["reason"] == "ALREADY_COMPENSATED"
    order = Order.objects.get()
    assert (order.status, order.items) == ("FAILED", [])
    [third] = handle([late], NOW)
    assert value(third)["data"]["reason"] == "ALREADY_COMPENSATED"


def test_a_repeat_is_answered_and_not_written() -> None:
    """No row changes, so no version does."""
    message = inbound(create_command())
    handle([message], NOW)
    [reply] = handle([message], NOW + timedelta(minutes=1))
    assert value(reply)["status"] == "SUCCESS"
    order = Order.objects.get()
    assert (order.version, order.updated_at, len(order.history)) == (0, NOW, 1)


def test_events_move_an_order_of_the_choreography() -> None:
    """Nothing is sent: the others listen to each other."""
    OrderFactory(order_id="ORD-1")
    assert handle([inbound(paid_event())], NOW) == []
    assert Order.objects.get().status == "PAYMENT_COMPLETED"
    assert handle([inbound(reserved_event())], NOW) == []
    order = Order.objects.get()
    assert order.status == "COMPLETED"
    assert (order.payment_id, order.reservation_id) == ("PAY-ORD-1-1", "RES-ORD-1-1")
    assert order.resend_at is None
    assert order.version == 2


def test_a_moved_order_waits_anew_before_it_is_asked_about() -> None:
    """Whatever was counted before is forgotten."""
    OrderFactory(order_id="ORD-1", resends=3, resend_at=NOW)
    handle([inbound(paid_event())], NOW)
    order = Order.objects.get()
    assert (order.resends, order.resend_at) == (0, NOW + timedelta(seconds=15))


def test_an_event_that_overtakes_a_foreign_order_is_kept() -> None:
    """The order.created that follows fills in what was ordered."""
    handle([inbound(paid_event())], NOW)
    early = Order.objects.get()
    assert (early.status, early.items, early.customer_id) == (
        "PAYMENT_COMPLETED",
        [],
        "",
    )
    handle([inbound(created_event(), message_id="order.created/3/17")], NOW)
    order = Order.objects.get()
    assert (order.status, order.items) == ("PAYMENT_COMPLETED", [LINE])
    assert (order.customer_id, order.total_amount) == ("CUST001", TOTAL)
    assert order.opened_by == "order.created/3/17"


def test_contents_and_a_move_in_one_batch_are_one_update() -> None:
    """The order that was known by hearsay is filled and completed at once."""
    handle([inbound(paid_event())], NOW)
    handle([inbound(created_event()), inbound(reserved_event())], NOW)
    order = Order.objects.get()
    assert (order.status, order.items, order.version) == ("COMPLETED", [LINE], 1)


def test_a_move_before_the_contents_in_one_batch_is_one_update_too() -> None:
    """The other way round."""
    handle([inbound(paid_event())], NOW)
    handle([inbound(reserved_event()), inbound(created_event())], NOW)
    order = Order.objects.get()
    assert (order.status, order.items, order.version) == ("COMPLETED", [LINE], 1)


def test_a_foreign_order_that_does_not_add_up_is_cancelled() -> None:
    """Everybody is told, as an answer to the message that brought it."""
    message = inbound(created_event(total_amount=Decimal(1)), message_id="X-1")
    [cancelled] = handle([message], NOW)
    assert cancelled.topic == "order.cancelled"
    assert cancelled.envelope.causation_id == "X-1"
    assert value(cancelled) == {
        "orderId": "ORD-1",
        "timestamp": "2026-03-01T12:00:00.123Z",
        "mode": "CHOREOGRAPHY",
        "reason": "TOTAL_MISMATCH: totalAmount is not the sum of the items.",
        "customerId": "CUST001",
        "requestedBy": "order-service",
    }
    handle([inbound(PaymentFailed(order_id="ORD-1", reason="ORDER_CANCELLED"))], NOW)
    assert Order.objects.get().status == "CANCELLED"


def test_history_names_the_reason_of_a_failure() -> None:
    """An operator reads the story in it."""
    OrderFactory(order_id="ORD-1")
    handle([inbound(shortage_event())], NOW)
    order = Order.objects.get()
    assert order.history == [
        {
            "at": "2026-03-01T12:00:00.123Z",
            "from": "PENDING",
            "to": "CANCELLING",
            "why": "inventory.failed: INSUFFICIENT_STOCK",
        }
    ]
    assert order.cancellation_reason == "INSUFFICIENT_STOCK"


def test_history_is_bounded_and_keeps_its_first_line() -> None:
    """A saga retried for ever does not grow its order for ever."""
    order = OrderFactory.build()
    for number in range(MAX_HISTORY + 10):
        note(order, NOW, None, "PENDING", str(number))
    whys = [line["why"] for line in order.history]
    assert len(whys) == MAX_HISTORY
    assert (whys[0], whys[1], whys[-1]) == ("0", "11", "59")


def test_a_reply_is_not_for_this_service() -> None:
    """It becomes a dead letter that says so."""
    reply = Reply(command_name="CREATE_ORDER", answer=Done())
    stray = replace(inbound(create_command()), topic="orchestrator.reply", body=reply)
    with pytest.raises(ContractError, match="not for the order service"):
        handle([stray], NOW)


def queries_of(batch: Sequence[Inbound]) -> int:
    """How many statements a batch makes; executemany counts as one."""
    with CaptureQueriesContext(connection) as queries:
        handle(batch, NOW)
    return len(queries)


def mixed(size: int) -> list[Inbound]:
    """Creates, completes, and events of orders that are there, in turn."""
    found = []
    for number in range(size // 3):
        new, old = f"ORD-N{number}", f"ORD-{number}"
        OrderFactory(order_id=old)
        found += [
            inbound(create_command(), new, saga_id=f"SAGA-{number}"),
            inbound(CompleteOrder(), new, saga_id=f"SAGA-{number}"),
            inbound(paid_event(old), old),
        ]
    return found


def test_a_batch_of_500_costs_as_many_queries_as_a_small_one() -> None:
    """One read, one insert, one update, whatever the size."""
    assert queries_of(mixed(501)) == 3
    assert Order.objects.filter(status=OrderStatus.COMPLETED).count() == 167
    assert Order.objects.filter(status=OrderStatus.PAYMENT_COMPLETED).count() == 167
