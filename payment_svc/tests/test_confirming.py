"""The customer has agreed: one charge, and an answer for everything else."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from common import faults
from common.contracts.payment import PaymentProcessed as Charged
from common.web.errors import ApplicationError
from payment_svc.payments import confirming
from payment_svc.payments.models import Payment, Question
from payment_svc.payments.settlement import awaited
from payment_svc.payments.settlement.claim import Claim, lease_time
from payment_svc.payments.settlement.run import carry_on
from payment_svc.tests.acts import confirm, offer, pay, sent, settle
from payment_svc.tests.conftest import NOW, Hands
from payment_svc.tests.factories import (
    ORDER,
    TOTAL,
    PaymentFactory,
    handle,
    no_stock,
    payment,
    refund,
)
from payment_svc.tests.toss import (
    DECLINED,
    LOST,
    NO_ANSWER,
    NOT_DONE,
    NOT_PAYABLE,
    ODD_ANSWER,
    ScriptedToss,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Nobody waits long for what will not come."""
    monkeypatch.setattr(confirming, "DOUBT_S", 0.01)
    monkeypatch.setattr(confirming, "ARRIVAL_S", 0.05)
    settings.TOSS_TIMEOUT_S = 0


def refused(key: str, order_id: str = ORDER, amount: Any = TOTAL) -> ApplicationError:
    """What a confirm is refused with."""
    with pytest.raises(ApplicationError) as raised:
        confirm(key, order_id, amount)
    return raised.value


def answer(error: ApplicationError) -> tuple[int, str]:
    """Status and code."""
    return error.status_code, error.problem_code


def test_a_confirm_charges_once_and_answers_the_saga(toss: ScriptedToss) -> None:
    """Toss is asked by the order's id, and what had waited is answered."""
    asked = offer()
    confirmed = confirm(toss.agree(ORDER, TOTAL))
    row = payment()
    assert (confirmed.cached, confirmed.payment.status) == (False, "SUCCESS")
    assert (row.status, row.toss_payment_key, row.toss_order_id) == (
        "SUCCESS",
        "key-ORD-1",
        ORDER,
    )
    assert (row.transaction_id, row.processed_at, row.next_look_at) == (
        "TX-1",
        NOW,
        None,
    )
    assert row.receipt_url == "https://receipts.example/key-ORD-1"
    assert sent() == {
        f"{asked.envelope.message_id}/reply": Charged(
            payment_id="PAY-ORD-1-1", transaction_id="TX-1"
        )
    }
    assert toss.keys("confirm") == ["PAY-ORD-1-1/charge-1"]
    assert (toss.asked(), toss.kept, Question.objects.count()) == (1, TOTAL, 0)


def test_a_confirm_moves_a_choreography_on(toss: ScriptedToss) -> None:
    """payment.processed goes out, once."""
    offer(is_saga=False)
    pay(toss)
    (message_id,) = sent()
    assert message_id == "ORD-1/payment.processed"


def test_a_repeat_is_the_same_answer_and_no_call(toss: ScriptedToss) -> None:
    """It says that it was charged before."""
    offer()
    key = toss.agree(ORDER, TOTAL)
    first, again = confirm(key), confirm(key)
    assert (first.cached, again.cached) == (False, True)
    assert first.payment.updated_at == again.payment.updated_at
    assert toss.asked() == 1


def test_another_key_for_a_paid_order_is_a_conflict(toss: ScriptedToss) -> None:
    """The second key is not charged."""
    offer()
    pay(toss)
    error = refused(toss.agree(ORDER, TOTAL, "second"))
    assert answer(error) == (409, "ALREADY_PAID")
    assert (toss.asked("confirm"), toss.kept) == (1, TOTAL)


@pytest.mark.parametrize("amount", ["1999.97", "1999.99", "0.01", "199998.00"])
def test_another_amount_is_refused_and_toss_not_called(
    toss: ScriptedToss, amount: str
) -> None:
    """The customer's browser is not believed."""
    offer()
    error = refused(toss.agree(ORDER, Decimal(amount)), amount=Decimal(amount))
    assert answer(error) == (400, "AMOUNT_MISMATCH")
    assert [field for field, _ in error.errors] == ["amount"]
    assert (payment().status, payment().version, toss.asked()) == ("PENDING", 1, 0)


def test_an_unknown_order_is_a_404_after_a_short_wait(toss: ScriptedToss) -> None:
    """No call, and no row."""
    assert answer(refused("key", "ORD-9")) == (404, "NOT_FOUND")
    assert (toss.asked(), Payment.objects.count()) == (0, 0)


def test_an_order_that_arrives_within_the_wait_is_charged(
    toss: ScriptedToss, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its command may be a moment behind its 201."""
    key = toss.agree(ORDER, TOTAL)

    def arrives(waited_for: str, is_so: Any, seconds: float) -> bool:
        if not Payment.objects.exists():
            assert (waited_for, seconds) == (ORDER, confirming.ARRIVAL_S)
            offer()
        return bool(is_so())

    monkeypatch.setattr(awaited, "wait_until", arrives)
    assert confirm(key).payment.status == "SUCCESS"


def test_few_wait_for_orders_that_do_not_come(
    toss: ScriptedToss, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond those the answer comes at once: nobody can occupy all threads so."""
    waited: list[str] = []
    monkeypatch.setattr(
        awaited,
        "wait_until",
        lambda order_id, *rest: waited.append(order_id),
    )
    for _ in range(confirming.ARRIVALS_AT_ONCE):
        assert confirming._arrivals.acquire(blocking=False)
    try:
        assert answer(refused("key", "ORD-9")) == (404, "NOT_FOUND")
    finally:
        confirming._arrivals.release(confirming.ARRIVALS_AT_ONCE)
    assert waited == []


@pytest.mark.parametrize("seconds", [600, 601])
def test_too_late_is_refused_and_toss_not_called(
    toss: ScriptedToss, hands: Hands, seconds: int
) -> None:
    """The deadline itself is too late; the payment is left to the sweep."""
    offer()
    key = toss.agree(ORDER, TOTAL)
    hands.move(seconds)
    assert answer(refused(key)) == (409, "PAYMENT_EXPIRED")
    assert (payment().status, toss.asked()) == ("PENDING", 0)


def test_a_moment_before_the_deadline_is_in_time(
    toss: ScriptedToss, hands: Hands
) -> None:
    """It is not earlier than it says."""
    offer()
    hands.move(599.999)
    assert pay(toss).status == "SUCCESS"


def test_after_the_sweep_it_is_still_too_late(toss: ScriptedToss, hands: Hands) -> None:
    """A payment that has expired says why it failed."""
    offer()
    hands.move(600)
    assert settle()
    error = refused(toss.agree(ORDER, TOTAL))
    assert answer(error) == (409, "PAYMENT_EXPIRED")
    assert (payment().failure_code, toss.asked("confirm")) == ("PAYMENT_EXPIRED", 0)


@pytest.mark.parametrize(("undo", "is_saga"), [(refund, True), (no_stock, False)])
def test_a_cancelled_order_is_not_charged(
    toss: ScriptedToss, undo: Any, is_saga: bool
) -> None:
    """Cancelled while the window was open: the key comes in vain."""
    offer(is_saga=is_saga)
    handle(undo())
    assert answer(refused(toss.agree(ORDER, TOTAL))) == (409, "PAYMENT_CANCELLED")
    assert toss.asked() == 0


def test_a_payment_given_back_is_not_charged_again(toss: ScriptedToss) -> None:
    """Not by its own key, nor by another."""
    offer()
    pay(toss)
    handle(refund())
    settle()
    for key in ("key-ORD-1", toss.agree(ORDER, TOTAL, "second")):
        assert answer(refused(key)) == (409, "PAYMENT_REFUNDED")
    assert (toss.asked("confirm"), toss.kept) == (1, 0)


def test_a_payment_given_back_before_the_customer_hears(
    toss: ScriptedToss, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shop may have no stock sooner than the answer to the charge is written."""
    offer()

    def charge_and_give_back(claim: Claim) -> None:
        carry_on(claim)
        handle(refund())
        settle()

    monkeypatch.setattr(confirming, "carry_on", charge_and_give_back)
    assert answer(refused(toss.agree(ORDER, TOTAL))) == (409, "PAYMENT_REFUNDED")
    assert (toss.asked("confirm"), toss.kept) == (1, 0)


@pytest.mark.parametrize("method", ["AUTO", "TOSS"])
def test_what_the_customer_does_not_pay_at_toss_is_a_conflict(
    toss: ScriptedToss, method: str
) -> None:
    """An AUTO order, or one from before Toss was set up."""
    PaymentFactory(order_id=ORDER, payment_method=method, provider="simulator")
    assert answer(refused("key")) == (409, "NOT_A_TOSS_PAYMENT")
    assert toss.asked() == 0


def test_a_declined_card_ends_the_order(toss: ScriptedToss) -> None:
    """402 with Toss's code; the saga hears the same."""
    asked = offer()
    toss.will("confirm", DECLINED)
    error = refused(toss.agree(ORDER, TOTAL))
    assert answer(error) == (402, "REJECT_CARD_PAYMENT")
    assert error.detail == "The bank said no."
    told = sent()[f"{asked.envelope.message_id}/reply"]
    assert (told.reason, told.message) == ("REJECT_CARD_PAYMENT", "The bank said no.")
    assert answer(refused("another")) == (402, "REJECT_CARD_PAYMENT")
    assert (payment().status, toss.asked()) == ("FAILED", 1)


def test_what_cannot_be_charged_leaves_the_order_payable(
    toss: ScriptedToss, hands: Hands
) -> None:
    """The same order is charged by a new key, within the first deadline."""
    asked = offer()
    toss.will("confirm", NOT_PAYABLE)
    error = refused(toss.agree(ORDER, TOTAL, "closed"))
    assert answer(error) == (400, "NOT_FOUND_PAYMENT_SESSION")
    assert [field for field, _ in error.errors] == ["paymentKey"]
    row = payment()
    assert (row.status, row.toss_payment_key) == ("PENDING", "")
    assert row.next_look_at == row.expires_at == NOW + timedelta(minutes=10)
    assert (sent(), Question.objects.count()) == ({}, 1)
    assert pay(toss).failure_reason == ""
    assert list(sent()) == [f"{asked.envelope.message_id}/reply"]
    assert toss.keys("confirm") == ["PAY-ORD-1-1/charge-1", "PAY-ORD-1-1/charge-2"]


@pytest.fixture
def waiting_takes_time(monkeypatch: pytest.MonkeyPatch, hands: Hands) -> None:
    """The clock goes on while a confirm waits."""

    def wait(payment_id: str, is_so: Any, seconds: float) -> bool:
        hands.move(seconds)
        return bool(is_so())

    monkeypatch.setattr(confirming, "DOUBT_S", 1.2)
    monkeypatch.setattr(awaited, "wait_until", wait)


@pytest.mark.usefixtures("waiting_takes_time")
def test_no_answer_is_read_back_before_the_customer_hears(toss: ScriptedToss) -> None:
    """Toss had charged: the answer is as good as the lost one."""
    offer()
    toss.will("confirm", LOST)
    assert pay(toss).status == "SUCCESS"
    assert (toss.asked("confirm"), toss.asked("find")) == (1, 1)


@pytest.mark.usefixtures("waiting_takes_time")
@pytest.mark.parametrize(
    ("doubt", "keys"),
    [
        (NO_ANSWER, ["PAY-ORD-1-1/charge-1", "PAY-ORD-1-1/charge-1"]),
        (NOT_DONE, ["PAY-ORD-1-1/charge-1", "PAY-ORD-1-1/charge-1"]),
        (ODD_ANSWER, ["PAY-ORD-1-1/charge-1", "PAY-ORD-1-1/charge-2"]),
    ],
)
def test_what_was_not_charged_is_asked_again(
    toss: ScriptedToss, doubt: Any, keys: list[str]
) -> None:
    """After a look; under another key only where the first had an answer."""
    offer()
    toss.will("confirm", doubt)
    assert pay(toss).status == "SUCCESS"
    assert (toss.keys("confirm"), toss.kept) == (keys, TOTAL)
    assert [call.method for call in toss.calls] == ["confirm", "find", "confirm"]


def test_a_charge_that_toss_says_was_made_is_read_back(toss: ScriptedToss) -> None:
    """At once, and the customer hears that it was charged."""
    offer()
    key = toss.agree(ORDER, TOTAL)
    toss.charge_by_hand(key)
    assert not confirm(key).cached
    assert [call.method for call in toss.calls] == ["confirm", "find"]


def test_the_paid_key_of_another_order_pays_nothing_and_costs_nobody(
    toss: ScriptedToss,
) -> None:
    """Whoever sends it keeps a payable order, and the other order keeps its money."""
    offer("ORD-A")
    key = pay(toss, "ORD-A").toss_payment_key
    offer("ORD-B")
    assert answer(refused(key, "ORD-B")) == (400, "NOT_FOUND_PAYMENT")
    assert (payment("ORD-B").status, payment("ORD-A").status) == ("PENDING", "SUCCESS")
    assert (toss.asked("give_back"), toss.kept) == (0, TOTAL)
    assert pay(toss, "ORD-B").status == "SUCCESS"


def test_the_attempt_of_a_retried_order_is_found_by_its_own_id(
    toss: ScriptedToss,
) -> None:
    """It has a number; the order's own id finds the newest attempt."""
    offer()
    toss.will("confirm", DECLINED)
    refused(toss.agree(ORDER, TOTAL))
    offer(attempt=2)
    assert answer(refused("key", "ORD-1_3", Decimal(1))) == (404, "NOT_FOUND")
    key = toss.agree("ORD-1_2", TOTAL)
    assert confirm(key, "ORD-1_2").payment.payment_id == "PAY-ORD-1-2"
    assert confirm(key, ORDER).cached
    assert payment(attempt=1).status == "FAILED"


@pytest.mark.parametrize(
    ("point", "calls", "found"),
    [("payment.after-intent", 0, TOTAL), ("payment.before-save", 1, TOTAL)],
)
def test_whatever_dies_the_sweep_finds_the_intent(
    toss: ScriptedToss, hands: Hands, point: str, calls: int, found: Decimal
) -> None:
    """The payment is charged once, and the saga hears of it."""
    asked = offer()
    key = toss.agree(ORDER, TOTAL)
    with faults.reached_by(dies_at(point)), pytest.raises(KeyboardInterrupt):
        confirm(key)
    assert (payment().status, toss.asked("confirm"), sent()) == (
        "PROCESSING",
        calls,
        {},
    )
    assert not settle()  # the lease of the dead one
    hands.move(confirming_lease())
    assert settle()
    assert list(sent()) == [f"{asked.envelope.message_id}/reply"]
    assert (payment().status, toss.kept) == ("SUCCESS", found)


def dies_at(point: str) -> Any:
    """The process ends at the point, whatever would be raised or caught there."""

    def reached(name: str) -> bool:
        if name == point:
            raise KeyboardInterrupt
        return False

    return reached


def confirming_lease() -> float:
    """Until then nobody else turns to a payment in hand."""
    return lease_time().total_seconds()


def test_doubt_that_stays_is_a_503_and_then_settled(
    toss: ScriptedToss, hands: Hands
) -> None:
    """Nothing is guessed; later the sweep finds out and the saga hears it."""
    asked = offer()
    toss.will("confirm", LOST)
    toss.will("find", NO_ANSWER)
    key = toss.agree(ORDER, TOTAL)
    error = refused(key)
    assert answer(error) == (503, "PAYMENT_IN_DOUBT")
    assert error.retry_after == 1
    assert (payment().status, sent()) == ("PROCESSING", {})
    assert not settle()
    hands.move(1)
    assert settle()  # in vain
    hands.move(2)
    assert settle()
    assert list(sent()) == [f"{asked.envelope.message_id}/reply"]
    assert confirm(key).cached
    assert (toss.asked("confirm"), toss.kept) == (1, TOTAL)
