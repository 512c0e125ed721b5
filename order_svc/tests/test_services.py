"""What can be done to orders: create, cancel, ask again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.contracts.base import Mode, PaymentMethod
from common.messaging.models import OutboxMessage
from common.web.models import AuditEntry
from order_svc.orders import services, tasks
from order_svc.orders.book import items_of
from order_svc.orders.domain import CancelRefused
from order_svc.orders.models import Order
from order_svc.tests.factories import LAPTOPS, LINE, NOW, TOTAL, OrderFactory

pytestmark = pytest.mark.django_db

Sent = Callable[[], list[dict[str, Any]]]
SECONDS = timedelta(seconds=1)


class TestCreateOrder:
    """An order placed at the order service starts a choreography."""

    def test_the_order_and_its_event_are_stored_together(self, sent: Sent) -> None:
        """The row is PENDING; order.created carries all that the payment needs."""
        order = services.create_order(
            customer_id="CUST001", items=(LAPTOPS,), traceparent="00-trace"
        )
        stored = Order.objects.get()
        assert stored.order_id == order.order_id
        assert (stored.mode, stored.status) == ("CHOREOGRAPHY", "PENDING")
        assert (stored.items, stored.total_amount) == ([LINE], TOTAL)
        assert stored.resend_at == NOW + 15 * SECONDS
        [event] = sent()
        assert event["topic"] == "order.created"
        assert event["id"] == f"{order.order_id}/order.created"
        assert event["key"] == order.order_id
        assert event["headers"]["traceparent"] == "00-trace"
        assert event["headers"]["ce_correlationid"] == order.order_id
        assert event["value"] == {
            "orderId": order.order_id,
            "timestamp": "2026-03-01T12:00:00.123Z",
            "customerId": "CUST001",
            "items": [{**LINE, "price": 999.99}],
            "totalAmount": 1999.98,
            "paymentMethod": "AUTO",
        }

    def test_the_payment_method_travels_with_the_event(self, sent: Sent) -> None:
        """Only the payment service knows whether it can be paid like that."""
        services.create_order(
            customer_id="CUST001",
            items=(LAPTOPS,),
            payment_method=PaymentMethod.TOSS,
        )
        assert Order.objects.get().payment_method == "TOSS"
        assert sent()[0]["value"]["paymentMethod"] == "TOSS"

    def test_the_id_fits_every_payment_provider(self) -> None:
        """6 to 64 of A-Z a-z 0-9 - _ =."""
        order = services.create_order(customer_id="CUST001", items=(LAPTOPS,))
        assert order.order_id.startswith("ORD-")
        assert len(order.order_id) == 36

    def test_it_costs_two_inserts(self) -> None:
        """One for the order, one for the outbox, and no look at anything."""
        with CaptureQueriesContext(connection) as queries:
            services.create_order(customer_id="CUST001", items=(LAPTOPS,))
        told = [query["sql"].removeprefix("1 times: ") for query in queries]
        verbs = [statement.split()[0].upper() for statement in told]
        assert verbs.count("INSERT") == 2
        assert not {"SELECT", "FIND"} & set(verbs)


class TestRequestCancel:
    """Somebody asks to cancel."""

    def test_the_order_is_cancelling_and_everybody_is_told(self, sent: Sent) -> None:
        """Row, event and audit entry in one unit."""
        OrderFactory(order_id="ORD-1")
        services.request_cancel(order_id="ORD-1", reason="too late", by="kim")
        order = Order.objects.get()
        assert order.status == "CANCELLING"
        assert order.cancellation_reason == "too late"
        assert order.cancelled_by == "kim"
        assert order.resend_at == NOW + 15 * SECONDS
        assert order.history[-1]["why"] == "cancel asked by kim: too late"
        [event] = sent()
        assert event["id"] == "ORD-1/order.cancelled"
        assert event["value"]["mode"] == "CHOREOGRAPHY"
        assert event["value"]["requestedBy"] == "kim"
        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.action, entry.target, entry.reason) == (
            "kim",
            "order.cancel",
            "ORD-1",
            "too late",
        )

    def test_an_orchestrated_order_says_so(self, sent: Sent) -> None:
        """Only the orchestrator listens then; each attempt has its own message."""
        mode = Mode.ORCHESTRATION.value
        OrderFactory(order_id="ORD-1", mode=mode, status="COMPLETED", attempt=2)
        services.request_cancel(order_id="ORD-1", reason="", by="kim")
        [event] = sent()
        assert event["id"] == "ORD-1/order.cancelled/2"
        assert event["value"]["mode"] == "ORCHESTRATION"

    def test_a_refused_cancel_leaves_no_trace(self) -> None:
        """Neither event nor audit entry, nor a change of the row."""
        OrderFactory(order_id="ORD-1", status="CANCELLED")
        with pytest.raises(CancelRefused):
            services.request_cancel(order_id="ORD-1", reason="", by="kim")
        assert Order.objects.get().version == 0
        assert not OutboxMessage.objects.exists()
        assert not AuditEntry.objects.exists()

    def test_an_unknown_order_is_named(self) -> None:
        """The sentence says which."""
        with pytest.raises(services.OrderUnknown, match="There is no order ORD-X"):
            services.request_cancel(order_id="ORD-X", reason="", by="kim")


def test_cancelling_many_goes_on_past_what_cannot_be() -> None:
    """Each has its own outcome."""
    OrderFactory(order_id="ORD-1")
    OrderFactory(order_id="ORD-2", status="FAILED")
    order_ids = ["ORD-2", "ORD-X", "ORD-1"]
    expected = [
        (False, "The order has failed; there is nothing to cancel."),
        (False, "There is no order ORD-X."),
        (True, ""),
    ]
    preview = services.preview_cancel(order_ids=order_ids)
    assert [(one.done, one.detail) for one in preview] == expected
    assert Order.objects.get(order_id="ORD-1").status == "PENDING"
    outcomes = services.cancel_many(order_ids=order_ids, reason="", by="kim")
    assert outcomes == preview
    assert Order.objects.get(order_id="ORD-1").status == "CANCELLING"


class TestResendStuck:
    """The sweep that asks again where an event was lost."""

    def test_a_waiting_order_sends_its_order_created_again(self, sent: Sent) -> None:
        """The same message, marked: whoever answered it answers again."""
        OrderFactory(order_id="ORD-1", resend_at=NOW)
        assert services.resend_stuck(NOW) == 1
        [event] = sent()
        assert event["topic"] == "order.created"
        assert event["id"] == "ORD-1/order.created"
        assert event["headers"]["ce_resend"] == "1"
        assert event["value"]["totalAmount"] == 1999.98

    def test_a_foreign_order_is_asked_under_its_own_id(self, sent: Sent) -> None:
        """The others know it by that."""
        OrderFactory(opened_by="order.created/3/17", resend_at=NOW)
        services.resend_stuck(NOW)
        assert sent()[0]["id"] == "order.created/3/17"

    def test_an_order_cancelled_by_a_person_sends_its_cancel_again(
        self, sent: Sent
    ) -> None:
        """For the choreography, the same id and the resend's number."""
        OrderFactory(
            order_id="ORD-1",
            status="CANCELLING",
            cancelled_by="kim",
            resend_at=NOW,
            resends=1,
        )
        services.resend_stuck(NOW)
        [event] = sent()
        assert event["id"] == "ORD-1/order.cancelled"
        assert event["headers"]["ce_resend"] == "2"

    def test_the_orchestrator_is_told_anew(self, sent: Sent) -> None:
        """It would pass over an id it knows, and has no answer to give again."""
        OrderFactory(
            order_id="ORD-1",
            mode="ORCHESTRATION",
            status="CANCELLING",
            cancelled_by="kim",
            resend_at=NOW,
        )
        services.resend_stuck(NOW)
        assert sent()[0]["id"] == "ORD-1/order.cancelled/1/again-1"

    def test_a_shortage_asks_the_whole_chain(self, sent: Sent) -> None:
        """Nobody asked to cancel, so there is no order.cancelled to repeat."""
        OrderFactory(order_id="ORD-1", status="CANCELLING", resend_at=NOW)
        services.resend_stuck(NOW)
        assert sent()[0]["topic"] == "order.created"

    def test_an_order_known_by_hearsay_has_nothing_to_send(self, sent: Sent) -> None:
        """It still waits for its order.created."""
        OrderFactory(items=[], resend_at=NOW)
        assert services.resend_stuck(NOW) == 1
        assert sent() == []

    def test_it_waits_longer_each_time_but_never_over_ten_minutes(self) -> None:
        """15 s, 30 s, 60 s ... 600 s; the row counts as untouched all the while."""
        OrderFactory(resend_at=NOW)
        moment = NOW
        waits = []
        for _ in range(8):
            services.resend_stuck(moment)
            order = Order.objects.get()
            assert order.resend_at is not None
            waits.append((order.resend_at - moment).total_seconds())
            assert order.updated_at == NOW
            moment = order.resend_at
        assert waits == [30, 60, 120, 240, 480, 600, 600, 600]

    def test_after_five_times_the_history_says_so_once(self) -> None:
        """Somebody should look."""
        OrderFactory(resend_at=NOW, resends=4)
        services.resend_stuck(NOW)
        order = Order.objects.get()
        assert [line["why"] for line in order.history] == [
            "no answer, though its event was sent again 5 times"
        ]
        assert order.resend_at is not None
        services.resend_stuck(order.resend_at)
        assert len(Order.objects.get().history) == 1

    def test_who_waits_for_a_customer_is_asked_but_not_flagged(
        self, settings: Any
    ) -> None:
        """The doubling goes on up to the customer's deadline, and starts anew there."""
        settings.TOSS_CONFIRM_WITHIN_S = 600
        OrderFactory(payment_method="TOSS", resend_at=NOW + 15 * SECONDS)
        asked: list[int] = []
        while len(asked) < 10:
            due = Order.objects.get().resend_at
            assert due is not None
            asked.append((due - NOW) // SECONDS)
            services.resend_stuck(due)
            assert bool(Order.objects.get().history) is (len(asked) == 10)
        assert asked == [15, 45, 105, 225, 465, 630, 660, 720, 840, 1080]

    def test_a_sweep_that_comes_late_counts_from_the_deadline_too(self) -> None:
        """What was asked before it says nothing of the payment service."""
        OrderFactory(payment_method="TOSS", resend_at=NOW, resends=4)
        services.resend_stuck(NOW + 3600 * SECONDS)
        order = Order.objects.get()
        assert (order.resends, order.history) == (1, [])

    def test_a_paid_order_waits_for_no_customer(self) -> None:
        """Its silence counts at once, as that of any other."""
        OrderFactory(
            payment_method="TOSS",
            status="PAYMENT_COMPLETED",
            resend_at=NOW,
            resends=4,
        )
        services.resend_stuck(NOW)
        assert len(Order.objects.get().history) == 1

    def test_what_is_not_due_is_left_alone(self, sent: Sent) -> None:
        """Neither younger orders nor ended ones."""
        OrderFactory(resend_at=NOW + SECONDS)
        OrderFactory(status="COMPLETED", resend_at=None)
        assert services.resend_stuck(NOW) == 0
        assert sent() == []

    def test_the_task_goes_on_until_nothing_is_due(
        self, sent: Sent, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Batch by batch."""
        monkeypatch.setattr(tasks, "BATCH", 2)
        for _ in range(5):
            OrderFactory(resend_at=NOW)
        assert tasks.resend_stuck() == 5
        assert len(sent()) == 5


def test_beat_rings_the_sweep() -> None:
    """Every five seconds, by the name the task is registered under."""
    entry = tasks.BEAT["resend-stuck-orders"]
    assert entry["task"] == tasks.resend_stuck.name
    assert entry["schedule"] == 5 * SECONDS


def test_prices_keep_their_cents() -> None:
    """Stored as texts, read as decimals: no float comes near them."""
    order = services.create_order(customer_id="CUST001", items=(LAPTOPS,))
    stored = Order.objects.get(order_id=order.order_id)
    assert items_of(stored) == (LAPTOPS,)
    assert items_of(stored)[0].price == Decimal("999.99")
