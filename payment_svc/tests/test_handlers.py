"""What the payment service does with batches of messages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.contracts.base import Done, PaymentMethod, Refused
from common.contracts.events import InventoryReserved, PaymentProcessed
from common.contracts.payment import PaymentProcessed as Charged
from common.messaging import inbox, outbox
from common.storage.transactions import Conflict, atomic
from payment_svc.payments import cases, deeds
from payment_svc.payments.books import Books
from payment_svc.payments.models import Payment, Refund, SimulatedCharge
from payment_svc.payments.refunds import Giving, give_back
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import (
    LAPTOPS,
    NOTHING,
    ORDER,
    SAGA,
    TOTAL,
    PaymentFactory,
    arrived,
    created,
    failures,
    handle,
    no_stock,
    payment,
    process,
    refund,
    told,
)

pytestmark = pytest.mark.django_db


def test_process_payment_charges_and_replies() -> None:
    """The customer is charged, the row says so, and the saga learns the payment."""
    asked = process()
    (reply,) = handle(asked)
    row = payment()
    assert (row.status, row.amount, row.refunded_amount) == ("SUCCESS", TOTAL, NOTHING)
    assert (row.saga_id, row.attempt, row.customer_id) == (SAGA, 1, "CUST001")
    assert (row.created_at, row.processed_at, row.version) == (NOW, NOW, 1)
    assert row.transaction_id.startswith("SIM-")
    assert told(reply) == Charged(
        payment_id="PAY-ORD-1-1", transaction_id=row.transaction_id
    )
    assert reply.envelope.message_id == f"{asked.envelope.message_id}/reply"
    assert (reply.topic, reply.key) == ("orchestrator.reply", ORDER)


@pytest.mark.parametrize(
    "declined", [{"customer_id": "DECLINE-1"}, {"amount": Decimal("4000.02")}]
)
def test_a_declined_charge_is_refused(declined: dict[str, Any]) -> None:
    """The row is FAILED, the reply refuses, and a repeat is refused alike."""
    (first,) = handle(process(**declined))
    (again,) = handle(process(**declined))
    assert told(first) == told(again)
    assert told(first).reason == "PAYMENT_DECLINED"
    row = payment()
    assert (row.status, row.failure_code) == ("FAILED", "PAYMENT_DECLINED")
    assert row.failure_reason == told(first).message != ""
    assert row.processed_at is None


def test_a_repeated_charge_takes_no_more_money() -> None:
    """The same attempt under another message id gets the same answer."""
    (first,) = handle(process())
    (again,) = handle(process())
    assert told(first) == told(again)
    assert Payment.objects.count() == SimulatedCharge.objects.count() == 1


def test_a_repeat_in_the_same_batch_takes_no_more_money() -> None:
    """Within one batch, too."""
    first, again = handle(process(), process())
    assert told(first) == told(again)
    assert SimulatedCharge.objects.count() == 1


def test_the_next_attempt_is_charged_anew() -> None:
    """A retried saga's charge is a payment of its own."""
    handle(process(), refund(), process(attempt=2))
    assert (payment(attempt=1).status, payment(attempt=2).status) == (
        "REFUNDED",
        "SUCCESS",
    )


def test_refund_gives_all_back() -> None:
    """Row, refund and provider agree; the saga hears Done."""
    handle(process())
    (reply,) = handle(refund())
    row = payment()
    assert told(reply) == Done()
    assert (row.status, row.refunded_amount, row.refunded_at) == (
        "REFUNDED",
        TOTAL,
        NOW,
    )
    entry = Refund.objects.get()
    assert entry.refund_id == "PAY-ORD-1-1/after-0.00"
    assert (entry.amount, entry.reason, entry.requested_by) == (
        TOTAL,
        "no stock",
        "payment",
    )
    assert row.version == 2


def test_charge_and_refund_in_one_batch() -> None:
    """The order of the messages holds, and each row is written once."""
    first, second = handle(process(), refund())
    assert (told(first).payment_id, told(second)) == ("PAY-ORD-1-1", Done())
    row = payment()
    assert (row.status, row.refunded_amount, row.version) == ("REFUNDED", TOTAL, 1)
    assert Refund.objects.count() == 1


def test_a_repeated_refund_gives_nothing_more() -> None:
    """All is given back once, however often it is asked."""
    handle(process())
    assert [told(one) for one in handle(refund(), refund())] == [Done(), Done()]
    assert [told(one) for one in handle(refund())] == [Done()]
    assert Refund.objects.count() == 1


def test_refund_after_a_partial_one_gives_the_rest() -> None:
    """What a person gave back before is not given back again."""
    row = PaymentFactory.create(order_id=ORDER, saga_id=SAGA)
    Payment.objects.filter(pk=row.pk).update(refunded_amount=Decimal("100.00"))
    handle(refund())
    assert payment().refunded_amount == TOTAL
    assert Refund.objects.get().amount == TOTAL - 100


def test_refund_of_an_earlier_attempt_by_name() -> None:
    """A saga names the payment it undoes, whatever its own attempt is."""
    handle(process())
    handle(refund(attempt=3, payment_id="PAY-ORD-1-1"))
    assert payment().status == "REFUNDED"
    assert Payment.objects.count() == 1


def test_refund_never_touches_another_order() -> None:
    """A payment of another order that is named is left alone."""
    handle(process("ORD-2"))
    handle(refund(payment_id="PAY-ORD-2-1"))
    assert payment("ORD-2").status == "SUCCESS"
    assert payment().status == "CANCELLED"


def test_a_refund_before_its_charge_forestalls_it() -> None:
    """A tombstone is left, and the late charge is refused without being made."""
    (done,) = handle(refund())
    row = payment()
    assert told(done) == Done()
    assert (row.status, row.amount, row.customer_id) == ("CANCELLED", TOTAL, "CUST001")
    (late,) = handle(process())
    assert isinstance(told(late), Refused)
    assert told(late).reason == "ALREADY_COMPENSATED"
    assert SimulatedCharge.objects.count() == 0


def test_a_charge_after_its_refund_is_refused() -> None:
    """A late repeat of the charge does not take the money again."""
    handle(process(), refund())
    (late,) = handle(process())
    assert told(late).reason == "ALREADY_COMPENSATED"
    assert payment().status == "REFUNDED"


def test_refund_of_a_declined_charge_is_done() -> None:
    """There is nothing to give back."""
    handle(process(customer_id="DECLINE"))
    (reply,) = handle(refund())
    assert told(reply) == Done()
    assert payment().status == "FAILED"
    assert Refund.objects.count() == 0


def test_toss_is_declined_while_it_is_not_served() -> None:
    """The simulator is not asked; the row says why."""
    (reply,) = handle(process(payment_method=PaymentMethod.TOSS))
    assert told(reply).reason == "PAYMENT_METHOD_UNAVAILABLE"
    assert (payment().status, payment().payment_method) == ("FAILED", "TOSS")
    assert SimulatedCharge.objects.count() == 0


def test_choreography_charges_and_passes_the_items_on() -> None:
    """order.created leads to payment.processed with the items of the order."""
    asked = created()
    (sent,) = handle(asked)
    assert told(sent) == PaymentProcessed(
        order_id=ORDER,
        timestamp="2026-03-01T12:00:00.123Z",
        payment_id="PAY-ORD-1-1",
        customer_id="CUST001",
        amount=TOTAL,
        items=LAPTOPS,
        transaction_id=payment().transaction_id,
    )
    assert sent.envelope.message_id == "ORD-1/payment.processed"
    assert sent.envelope.causation_id == asked.envelope.message_id
    assert payment().saga_id == ""


def test_choreography_tells_of_a_decline() -> None:
    """order.created leads to payment.failed with the reason."""
    (sent,) = handle(created(customer_id="DECLINE"))
    (news,) = failures([sent])
    assert (news.reason, news.refunded_amount) == ("PAYMENT_DECLINED", NOTHING)
    assert sent.envelope.message_id == "ORD-1/payment.failed"


def test_choreography_gives_back_when_stock_fails() -> None:
    """inventory.failed leads to a refund and payment.failed with its reason."""
    handle(created())
    (sent,) = handle(no_stock())
    (news,) = failures([sent])
    assert (news.reason, news.refunded_amount) == ("REFUNDED", TOTAL)
    assert news.message == "INSUFFICIENT_STOCK: 2 wanted, 1 there"
    assert sent.envelope.message_id == "ORD-1/payment.failed/undone"
    assert payment().status == "REFUNDED"


def test_choreography_tombstone_when_the_order_never_came() -> None:
    """inventory.failed first: nothing is charged later, and all was told at once."""
    (sent,) = handle(no_stock(reason="ORDER_CANCELLED", message="changed my mind"))
    (news,) = failures([sent])
    assert (news.reason, news.refunded_amount) == ("ORDER_CANCELLED", NOTHING)
    assert payment().status == "CANCELLED"
    assert handle(created()) == []
    assert SimulatedCharge.objects.count() == 0


def test_choreography_repeats_change_nothing() -> None:
    """Each message twice: one charge, one refund, the same events."""
    sent = handle(created(), created(), no_stock(), no_stock())
    assert [one.envelope.message_id for one in sent] == [
        "ORD-1/payment.processed",
        "ORD-1/payment.processed",
        "ORD-1/payment.failed/undone",
        "ORD-1/payment.failed/undone",
    ]
    assert SimulatedCharge.objects.count() == Refund.objects.count() == 1


def test_an_event_about_a_saga_s_order_is_ignored() -> None:
    """A stray inventory.failed does not give back what an orchestrator charged."""
    handle(process())
    assert handle(no_stock()) == []
    assert payment().status == "SUCCESS"


def test_sent_in_the_order_of_the_batch() -> None:
    """Answers keep the order of what they answer, also over several waves."""
    batch = [process("A"), process("B"), refund("A"), process("C"), refund("B")]
    keys = [(one.key, one.envelope.type) for one in handle(*batch)]
    assert keys == [
        ("A", "PROCESS_PAYMENT.SUCCESS"),
        ("B", "PROCESS_PAYMENT.SUCCESS"),
        ("A", "REFUND_PAYMENT.SUCCESS"),
        ("C", "PROCESS_PAYMENT.SUCCESS"),
        ("B", "REFUND_PAYMENT.SUCCESS"),
    ]


def test_a_share_is_declined_by_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of 200 charges fail, and the same ones each time they are asked."""
    monkeypatch.setenv("PAYMENT_SIMULATOR_DECLINE_RATE", "0.5")
    handle(*[process(f"ORD-{number}") for number in range(200)])
    failed = Payment.objects.filter(status="FAILED").count()
    assert 70 <= failed <= 130
    first = dict(Payment.objects.values_list("pk", "status"))
    Payment.objects.all().delete()
    SimulatedCharge.objects.all().delete()
    handle(*[process(f"ORD-{number}") for number in range(200)])
    assert dict(Payment.objects.values_list("pk", "status")) == first


def test_a_message_of_another_service_is_an_error() -> None:
    """A wrong subscription does not pass in silence."""
    stray = InventoryReserved(order_id=ORDER, reservation_id="RES-1")
    with pytest.raises(cases.UnexpectedMessage, match="InventoryReserved"):
        handle(arrived(stray))


def test_a_contradicting_charge_stops_and_charges_nothing() -> None:
    """The same attempt with another amount is left to a person."""
    handle(process())
    with pytest.raises(deeds.ContradictoryCharge):
        handle(process(amount=Decimal("1.00")))
    assert payment().amount == TOTAL


def test_the_queries_do_not_grow_with_the_batch(
    django_assert_max_num_queries: Any,
) -> None:
    """500 messages take as many statements as one."""
    with CaptureQueriesContext(connection) as one:
        handle(process("ONE"), refund("ONE"))
    batch = [process(f"ORD-{number}") for number in range(250)]
    batch += [refund(f"ORD-{number}") for number in range(250)]
    with django_assert_max_num_queries(len(one)):
        assert len(handle(*batch)) == 500
    assert Payment.objects.filter(status="REFUNDED").count() == 251
    assert len(one) == 8


def test_a_payment_written_by_somebody_else_is_a_conflict() -> None:
    """Two refunds of the same state cannot both be booked."""
    handle(process())
    stale = payment()
    Payment.objects.filter(pk=stale.pk).update(version=7)
    books = Books([stale], NOW)
    give_back(books, [Giving(stale, TOTAL, "", "test")])
    with pytest.raises(Conflict), atomic():
        books.save()
    assert payment().refunded_amount == 0


def test_answers_are_kept_for_those_who_ask_again() -> None:
    """With the inbox, a resent command gets the reply of the first time."""
    asked = process()
    with atomic():
        outbox.store(handle(asked))
        inbox.remember([asked], NOW)
    fresh, repeats = inbox.sift([asked])
    assert (fresh, repeats) == ([], [asked])
    (again,) = outbox.sent_because_of(repeats)
    assert again.message_id == f"{asked.envelope.message_id}/reply"
