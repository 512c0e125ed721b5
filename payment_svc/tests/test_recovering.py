"""A payment that Toss is said to have charged: booked if, and only if, it has."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from common.web.errors import ApplicationError
from payment_svc.payments import gateway, recovering
from payment_svc.payments.gateway.remote import RemoteStatus
from payment_svc.payments.models import Payment, Question, Refund
from payment_svc.payments.recovering import Claimed, ensure, hinted
from payment_svc.tests.acts import confirm, offer, pay, sent, settle
from payment_svc.tests.conftest import NOW, Hands
from payment_svc.tests.factories import (
    ORDER,
    SAGA,
    TOTAL,
    PaymentFactory,
    handle,
    payment,
    process,
    refund,
)
from payment_svc.tests.toss import DECLINED, NO_ANSWER, NOT_DONE, ScriptedToss

pytestmark = pytest.mark.django_db

PAYMENT = "PAY-ORD-1-1"


def said(**more: Any) -> Claimed:
    """What a saga heard of the payment."""
    fields: dict[str, Any] = {
        "payment_id": PAYMENT,
        "order_id": ORDER,
        "customer_id": "CUST001",
        "amount": TOTAL,
        "saga_id": SAGA,
    }
    return Claimed(**{**fields, **more})


def refused(**more: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    with pytest.raises(ApplicationError) as raised:
        ensure(said(**more))
    return raised.value.status_code, raised.value.problem_code


@pytest.fixture
def charged(toss: ScriptedToss) -> str:
    """Toss has charged the order; the payment key."""
    key = toss.agree(ORDER, TOTAL)
    toss.charge_by_hand(key)
    return key


def test_a_payment_that_is_in_no_book_is_made(toss: ScriptedToss, charged: str) -> None:
    """With all that Toss says of it."""
    ensured = ensure(said())
    row = payment()
    assert (ensured.created, ensured.payment.payment_id) == (True, PAYMENT)
    assert (row.status, row.provider, row.payment_method) == ("SUCCESS", "toss", "TOSS")
    assert (row.toss_payment_key, row.toss_order_id) == (charged, ORDER)
    assert (row.amount, row.customer_id, row.saga_id) == (TOTAL, "CUST001", SAGA)
    assert (row.processed_at, row.next_look_at, row.attempt) == (NOW, None, 1)
    assert toss.asked() == 1


@pytest.mark.parametrize("by_key", [True, False])
def test_it_is_found_by_key_or_by_order(
    toss: ScriptedToss, charged: str, by_key: bool
) -> None:
    """The key may have been lost with the rest."""
    assert ensure(said(payment_key=charged if by_key else "")).created
    assert toss.calls[0].request == {
        "payment_key": charged if by_key else "",
        "order_id": ORDER,
    }


@pytest.mark.usefixtures("charged")
def test_a_repeat_finds_it_there(toss: ScriptedToss) -> None:
    """Nothing is booked twice."""
    assert [ensure(said()).created for _ in range(3)] == [True, False, False]
    assert (Payment.objects.count(), payment().version, toss.kept) == (1, 3, TOTAL)


@pytest.mark.parametrize("status", ["PENDING", "PROCESSING", "TOSS_SUCCESS_DB_FAILED"])
def test_a_payment_in_doubt_is_booked_and_the_saga_answered(
    toss: ScriptedToss, charged: str, status: str
) -> None:
    """As if its confirm had gone well."""
    asked = offer()
    Payment.objects.update(status=status)
    assert ensure(said(payment_key=charged)).created
    assert list(sent()) == [f"{asked.envelope.message_id}/reply"]
    assert (payment().status, Question.objects.count()) == ("SUCCESS", 0)


def test_a_command_that_comes_after_it_is_answered_from_the_books(
    toss: ScriptedToss, charged: str
) -> None:
    """The order is not charged again."""
    ensure(said())
    (reply,) = handle(process(payment_method="TOSS"))
    assert reply.envelope.type == "PROCESS_PAYMENT.SUCCESS"
    assert toss.kept == TOTAL


@pytest.mark.parametrize("status", [None, "READY", "IN_PROGRESS", "ABORTED", "EXPIRED"])
def test_what_toss_has_not_charged_is_not_booked(
    toss: ScriptedToss, status: str | None
) -> None:
    """Whoever says so: no row, no answer, and a payment stays what it was."""
    if status is not None:
        toss.put(toss.agree(ORDER, TOTAL), status=RemoteStatus(status))
    assert refused() == (409, "NOT_CHARGED_AT_TOSS")
    assert Payment.objects.count() == 0
    offer()
    assert refused() == (409, "NOT_CHARGED_AT_TOSS")
    assert (payment().status, payment().version, sent()) == ("PENDING", 1, {})


@pytest.mark.usefixtures("charged")
@pytest.mark.parametrize("amount", ["1999.97", "1.00"])
def test_another_amount_is_a_conflict(toss: ScriptedToss, amount: str) -> None:
    """What Toss took is not what the order costs."""
    assert refused(amount=Decimal(amount)) == (409, "AMOUNT_MISMATCH")
    assert (Payment.objects.count(), toss.kept) == (0, TOTAL)


def test_another_currency_is_a_conflict(toss: ScriptedToss, charged: str) -> None:
    """1999 won are not 1999 dollars."""
    toss.put(charged, currency="KRW")
    assert refused() == (409, "AMOUNT_MISMATCH")
    assert Payment.objects.count() == 0


def test_the_key_of_another_order_is_a_conflict(
    toss: ScriptedToss, charged: str
) -> None:
    """Neither order's books change."""
    offer("ORD-B")
    assert refused(order_id="ORD-B", payment_key=charged) == (409, "ORDER_MISMATCH")
    assert (payment("ORD-B").status, toss.kept) == ("PENDING", TOTAL)


@pytest.mark.parametrize("error", [NO_ANSWER, NOT_DONE])
@pytest.mark.usefixtures("charged")
def test_while_toss_does_not_answer_it_is_a_503(toss: ScriptedToss, error: Any) -> None:
    """Ask again."""
    toss.will("find", error)
    assert refused() == (503, "UNAVAILABLE")
    assert ensure(said()).created


def test_without_toss_nobody_can_be_asked() -> None:
    """409: this service is not set up for it."""
    with gateway.remote_set_to(None):
        assert refused() == (409, "NO_TOSS")


def test_a_payment_given_up_meanwhile_goes_back(
    toss: ScriptedToss, charged: str
) -> None:
    """At once; whoever asked hears that there is no payment to go on with."""
    offer()
    handle(refund())
    assert refused(payment_key=charged) == (409, "PAYMENT_REFUNDED")
    assert (payment().status, toss.kept) == ("REFUNDED", 0)
    assert Refund.objects.get().requested_by == "reconciliation"
    assert refused(payment_key=charged) == (409, "PAYMENT_REFUNDED")
    assert toss.asked("give_back") == 1


def test_money_that_cannot_go_back_at_once_is_on_its_way(
    toss: ScriptedToss, charged: str, hands: Hands
) -> None:
    """409 all the same, and the sweep goes on with it."""
    offer()
    handle(refund())
    toss.will("give_back", NO_ANSWER)
    assert refused(payment_key=charged) == (409, "PAYMENT_CANCELLED")
    hands.move(1)
    settle()
    assert (payment().status, toss.kept) == ("REFUNDED", 0)


@pytest.mark.usefixtures("charged")
def test_a_tombstone_s_money_goes_back_too(toss: ScriptedToss) -> None:
    """The undoing came first, and the charge is in nobody's books."""
    handle(refund())
    assert (payment().status, payment().provider) == ("CANCELLED", "")
    assert refused() == (409, "PAYMENT_REFUNDED")
    assert (payment().status, payment().provider, toss.kept) == ("REFUNDED", "toss", 0)


def test_a_charged_expiry_goes_back(toss: ScriptedToss, hands: Hands) -> None:
    """The customer was too late, and Toss took it all the same."""
    offer()
    hands.move(600)
    settle()
    toss.charge_by_hand(toss.agree(ORDER, TOTAL))
    assert refused() == (409, "PAYMENT_REFUNDED")
    assert toss.kept == 0


@pytest.mark.usefixtures("charged")
def test_a_document_s_own_id_is_kept(toss: ScriptedToss) -> None:
    """A saga of the seed names its payments otherwise."""
    assert ensure(said(payment_id="seed-7")).payment.payment_id == "seed-7"
    assert not ensure(said(payment_id="seed-7")).created
    assert Payment.objects.count() == 1


@pytest.mark.usefixtures("charged")
def test_an_attempt_has_one_payment_whatever_it_is_called(toss: ScriptedToss) -> None:
    """Ours is the one that is meant."""
    offer()
    assert ensure(said(payment_id="seed-7")).payment.payment_id == PAYMENT
    assert Payment.objects.count() == 1


@pytest.mark.usefixtures("charged")
def test_a_document_of_another_order_is_not_found(toss: ScriptedToss) -> None:
    """And not changed."""
    PaymentFactory(order_id="ORD-2", status="FAILED")
    assert refused(payment_id="PAY-ORD-2-1") == (404, "NOT_FOUND")
    assert payment("ORD-2").status == "FAILED"


@pytest.mark.usefixtures("charged")
def test_what_the_simulator_has_is_a_conflict(toss: ScriptedToss) -> None:
    """Its money is in other books."""
    PaymentFactory(order_id=ORDER, provider="simulator")
    assert refused() == (409, "NOT_A_TOSS_PAYMENT")
    assert (payment().toss_order_id, toss.asked("give_back")) == ("", 0)


def test_a_later_attempt_is_looked_up_by_its_own_id(toss: ScriptedToss) -> None:
    """What Toss has of the first is not taken for the second's."""
    toss.charge_by_hand(toss.agree(ORDER, TOTAL))
    second = {"payment_id": "PAY-ORD-1-2", "attempt": 2}
    assert refused(**second) == (409, "NOT_CHARGED_AT_TOSS")
    toss.charge_by_hand(toss.agree("ORD-1_2", TOTAL))
    assert ensure(said(**second)).created
    assert payment(attempt=2).toss_order_id == "ORD-1_2"


def test_a_document_that_names_another_attempt_is_not_mixed_up(
    toss: ScriptedToss,
) -> None:
    """The first attempt's money is not moved by the second's record."""
    offer()
    toss.charge_by_hand(toss.agree("ORD-1_2", TOTAL))
    assert refused(attempt=2) == (404, "NOT_FOUND")
    assert payment().status == "PENDING"
    assert toss.asked("give_back") == 0


@pytest.mark.parametrize(
    ("order_id", "known"), [(ORDER, True), ("ORD-9", False), ("ORD-2", False)]
)
def test_a_hint_is_only_about_payments_at_toss(
    toss: ScriptedToss, order_id: str, known: bool
) -> None:
    """Of others Toss has nothing to say."""
    offer()
    PaymentFactory(order_id="ORD-2", provider="simulator")
    assert hinted(order_id) is known
    assert toss.asked() == 0


def test_a_hint_makes_a_payment_due(toss: ScriptedToss) -> None:
    """Toss is asked by whoever settles next, and only what it says counts."""
    offer()
    assert not settle()
    assert hinted(ORDER)
    assert settle()
    assert (payment().status, payment().next_look_at) == (
        "PENDING",
        payment().expires_at,
    )


def test_a_hint_does_not_take_a_payment_out_of_hand(toss: ScriptedToss) -> None:
    """While a charge is under way its outcome is on its way anyhow."""
    offer()
    Payment.objects.update(status="PROCESSING")
    before = payment()
    assert hinted(ORDER)
    assert (payment().next_look_at, payment().version) == (
        before.next_look_at,
        before.version,
    )


def test_hints_do_not_use_up_the_watch(toss: ScriptedToss, hands: Hands) -> None:
    """Anybody can send them: money that Toss takes later is found all the same."""
    offer()
    toss.will("confirm", DECLINED)
    key = toss.agree(ORDER, TOTAL)
    with pytest.raises(ApplicationError):
        confirm(key)
    for _ in range(20):
        hinted(ORDER)
        settle()
    toss.charge_by_hand(key)
    for wait in (60, 600, 3600):
        hands.move(wait)
        settle()
    assert (payment().status, toss.kept) == ("REFUNDED", 0)


def test_what_was_given_back_at_toss_is_known_by_its_hint(toss: ScriptedToss) -> None:
    """The books follow, and a person is told to look."""
    offer()
    pay(toss)
    toss.give_back_by_hand("key-ORD-1", Decimal(100))
    hinted(ORDER)
    settle()
    assert (payment().refunded_amount, payment().status) == (Decimal(100), "SUCCESS")
    assert payment().attention == "100.00 was given back at Toss, not by us"


def test_a_later_attempt_is_hinted_at_by_its_own_id(toss: ScriptedToss) -> None:
    """As Toss knows it."""
    offer()
    offer(attempt=2)
    assert hinted("ORD-1_2")
    assert (payment(attempt=1).version, payment(attempt=2).version) == (1, 2)
    assert recovering.hinted(ORDER)
