"""Messages that wait with their payment, and are answered once when it moves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from common.contracts.base import Done
from common.messaging import inbox, intake, outbox
from common.messaging.models import OutboxMessage
from common.storage.transactions import atomic
from payment_svc.payments.models import Payment, Question
from payment_svc.tests.acts import offer, pay, sent, settle
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import (
    NOTHING,
    ORDER,
    TOTAL,
    created,
    failures,
    handle,
    no_stock,
    payment,
    process,
    refund,
    told,
)
from payment_svc.tests.toss import ScriptedToss

pytestmark = pytest.mark.django_db


def waiting() -> list[str]:
    """The ids of the messages that are kept."""
    return [row.message_id for row in Question.objects.all()]


def test_a_message_waits_where_no_answer_can_be_read(toss: ScriptedToss) -> None:
    """It is kept with its payment; nothing is sent."""
    asked = offer()
    assert waiting() == [asked.envelope.message_id]
    assert Question.objects.get().payment_id == payment().payment_id


def test_it_is_answered_once_and_forgotten(toss: ScriptedToss) -> None:
    """A second move of the payment has nobody to tell."""
    offer()
    pay(toss)
    assert (len(sent()), waiting()) == (1, [])
    handle(refund())
    settle()
    assert len(sent()) == 2


def test_the_simulator_s_payments_are_asked_no_questions(
    toss: ScriptedToss, django_assert_num_queries: Any
) -> None:
    """The hot path costs no statement more than it did without Toss."""
    with django_assert_num_queries(4):
        handle(*[process(f"ORD-{number}") for number in range(100)])
    assert waiting() == []


def test_a_cancellation_in_the_window_answers_both(toss: ScriptedToss) -> None:
    """The undoing at once, and the charge that will never be."""
    asked, undo = offer(), refund()
    first, second = handle(undo)
    assert first.envelope.message_id == f"{undo.envelope.message_id}/reply"
    assert second.envelope.message_id == f"{asked.envelope.message_id}/reply"
    assert (told(first), told(second).reason) == (Done(), "ALREADY_COMPENSATED")
    assert (payment().status, waiting(), toss.asked()) == ("CANCELLED", [], 0)


def test_in_a_choreography_the_undoing_tells_all(toss: ScriptedToss) -> None:
    """One payment.failed, with the reason of who gave up."""
    offer(is_saga=False)
    news = handle(no_stock(reason="ORDER_CANCELLED", message="changed my mind"))
    (failed,) = failures(news)
    assert (len(news), failed.reason, failed.refunded_amount) == (
        1,
        "ORDER_CANCELLED",
        NOTHING,
    )
    assert (payment().status, waiting()) == ("CANCELLED", [])


def test_in_one_batch_the_order_of_the_messages_holds(toss: ScriptedToss) -> None:
    """Offered and given up at once: both are answered, and nothing is kept."""
    asked = process(payment_method="TOSS")
    undo = refund()
    ids = [one.envelope.causation_id for one in handle(asked, undo)]
    assert sorted(ids) == sorted([asked.envelope.message_id, undo.envelope.message_id])
    assert (payment().status, waiting()) == ("CANCELLED", [])


def test_a_second_command_of_the_same_attempt_waits_beside_the_first(
    toss: ScriptedToss,
) -> None:
    """Both are answered alike when the customer has paid."""
    first, second = offer(), offer()
    assert set(waiting()) == {first.envelope.message_id, second.envelope.message_id}
    pay(toss)
    one, other = sent().values()
    assert one == other
    assert (Payment.objects.count(), waiting()) == (1, [])


def test_a_foreign_message_without_headers_waits_too(toss: ScriptedToss) -> None:
    """Its reply names it by its place in the log."""
    bare = replace(process(payment_method="TOSS").record, headers={}, offset=7)
    assert handle(intake.read(bare)) == []
    assert waiting() == ["orchestrator.saga/0/7"]
    pay(toss)
    row = OutboxMessage.objects.get()
    assert row.message_id == "orchestrator.saga/0/7/reply"
    assert row.causation_id == "orchestrator.saga/0/7"


def test_a_resend_while_it_waits_sends_nothing(toss: ScriptedToss) -> None:
    """It is known, and there is no answer yet; later there is one to be sent again."""
    asked = process(payment_method="TOSS")
    with atomic():
        outbox.store(handle(asked))
        inbox.remember([asked], NOW)
    again = replace(asked, envelope=replace(asked.envelope, resend=1))
    fresh, repeats = inbox.sift([again])
    assert (fresh, repeats, outbox.sent_because_of(repeats)) == ([], [again], [])
    assert len(waiting()) == 1
    pay(toss)
    (answer,) = outbox.sent_because_of(repeats)
    assert answer.message_id == f"{asked.envelope.message_id}/reply"


@pytest.mark.parametrize("status", ["PROCESSING", "TOSS_SUCCESS_DB_FAILED"])
@pytest.mark.parametrize("make", [process, refund, created, no_stock])
def test_all_wait_while_toss_has_the_word(
    toss: ScriptedToss, status: str, make: Any
) -> None:
    """Nothing is refunded, closed or charged on a guess."""
    offer(is_saga=make in (process, refund))
    Payment.objects.update(status=status)
    assert handle(make()) == []
    assert (payment().status, len(waiting()), toss.asked()) == (status, 2, 0)


def test_an_event_about_a_saga_s_payment_does_not_wait(toss: ScriptedToss) -> None:
    """It is nobody's."""
    offer()
    assert handle(no_stock()) == []
    assert (payment().status, len(waiting())) == ("PENDING", 1)


def test_a_retried_saga_may_undo_an_earlier_attempt(
    auto_at_toss: ScriptedToss,
) -> None:
    """The refund waits for the payment that it names, not for its own attempt's."""
    handle(process())
    settle()
    undo = refund(attempt=3, payment_id="PAY-ORD-1-1")
    assert handle(undo) == []
    assert Question.objects.get().payment_id == "PAY-ORD-1-1"
    settle()
    assert sent()[f"{undo.envelope.message_id}/reply"] == Done()
    assert (payment().status, Payment.objects.count()) == ("REFUNDED", 1)


def test_a_retried_order_is_charged_under_its_own_id_at_toss(
    auto_at_toss: ScriptedToss,
) -> None:
    """There an order id is charged once."""
    handle(process(), process(attempt=2))
    settle()
    settle(attempt=2)
    assert set(auto_at_toss.by_key) == {"billed-ORD-1", "billed-ORD-1_2"}
    assert auto_at_toss.kept == 2 * TOTAL
    assert payment(attempt=2).order_id == ORDER
