"""Step by step until a payment is settled, in both patterns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common import faults
from common.contracts.base import Done
from payment_svc.payments import gateway, settlement
from payment_svc.payments.models import Payment, Question, Refund
from payment_svc.payments.settlement import run
from payment_svc.tests.acts import offer, pay, sent, settle
from payment_svc.tests.conftest import NOW, Hands
from payment_svc.tests.factories import (
    ORDER,
    TOTAL,
    created,
    handle,
    no_stock,
    payment,
    process,
    refund,
)
from payment_svc.tests.toss import (
    ALREADY,
    DECLINED,
    LOST,
    NO_ANSWER,
    NOT_DONE,
    NOT_PAYABLE,
    ODD_ANSWER,
    REFUSED,
    ScriptedToss,
)

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize(
    ("ask", "undo"), [(process, refund), (created, no_stock)], ids=["saga", "events"]
)


def told() -> list[Any]:
    """What was sent, oldest first."""
    return list(sent().values())


@BOTH
def test_a_charge_without_the_customer(
    auto_at_toss: ScriptedToss, ask: Any, undo: Any
) -> None:
    """By billing key, once, and whoever asked is answered."""
    handle(ask())
    assert settle()
    row = payment()
    assert (row.status, row.toss_payment_key) == ("SUCCESS", "billed-ORD-1")
    (news,) = told()
    assert (news.payment_id, news.transaction_id) == ("PAY-ORD-1-1", "TX-1")
    (call,) = auto_at_toss.calls
    assert (call.method, call.key) == ("charge", "PAY-ORD-1-1/charge-1")
    assert (call.request.order_id, call.request.amount) == (ORDER, TOTAL)
    assert not settle()


@BOTH
@pytest.mark.parametrize("error", [DECLINED, NOT_PAYABLE])
def test_a_charge_without_the_customer_is_declined(
    auto_at_toss: ScriptedToss, ask: Any, undo: Any, error: Any
) -> None:
    """The saga or the order hears why."""
    handle(ask())
    auto_at_toss.will("charge", error)
    settle()
    (news,) = told()
    assert (news.reason, news.message) == (error.code, error.message)
    assert (payment().status, auto_at_toss.kept) == ("FAILED", 0)


@BOTH
def test_it_is_given_back_by_the_same_order(
    auto_at_toss: ScriptedToss, ask: Any, undo: Any
) -> None:
    """All of it, and who wanted it undone hears when it is."""
    handle(ask())
    settle()
    assert handle(undo()) == []
    assert Question.objects.count() == 1
    assert settle()
    row, entry = payment(), Refund.objects.get()
    assert (row.status, row.refunded_amount, row.refunded_at) == (
        "REFUNDED",
        TOTAL,
        NOW,
    )
    assert (entry.status, entry.amount, entry.requested_by) == (
        "DONE",
        TOTAL,
        "payment",
    )
    assert auto_at_toss.keys("give_back") == ["PAY-ORD-1-1/after-0.00/1"]
    assert (len(told()), Question.objects.count(), auto_at_toss.kept) == (2, 0, 0)


@pytest.mark.parametrize("doubt", [LOST, NO_ANSWER, ODD_ANSWER, NOT_DONE])
def test_a_charge_in_doubt_is_made_once(
    auto_at_toss: ScriptedToss, hands: Hands, doubt: Any
) -> None:
    """Whether Toss had made it or not."""
    handle(process())
    auto_at_toss.will("charge", doubt)
    settle()
    assert (payment().status, told()) == ("PROCESSING", [])
    hands.move(1)
    settle()
    assert (payment().status, len(told()), auto_at_toss.kept) == ("SUCCESS", 1, TOTAL)
    assert auto_at_toss.asked("charge") == (1 if doubt is LOST else 2)


@BOTH
@pytest.mark.parametrize("doubt", [LOST, NO_ANSWER])
def test_an_undoing_that_meets_a_charge_in_doubt_waits(
    auto_at_toss: ScriptedToss, hands: Hands, ask: Any, undo: Any, doubt: Any
) -> None:
    """Made: booked and given back. Not made: closed, and never made after that."""
    handle(ask())
    auto_at_toss.will("charge", doubt)
    settle()
    assert handle(undo()) == []
    assert (payment().status, Question.objects.count()) == ("PROCESSING", 2)
    hands.move(1)
    settle()
    is_made = doubt is LOST
    assert payment().status == ("REFUNDED" if is_made else "CANCELLED")
    assert (auto_at_toss.kept, auto_at_toss.asked("charge")) == (0, 1)
    assert auto_at_toss.asked("give_back") == (1 if is_made else 0)
    assert Question.objects.count() == 0


def test_both_sides_of_a_charge_in_doubt_are_answered_in_order(
    auto_at_toss: ScriptedToss, hands: Hands
) -> None:
    """First that it was charged, then that it was given back."""
    asked, undo = process(), refund()
    handle(asked)
    auto_at_toss.will("charge", LOST)
    settle()
    handle(undo)
    hands.move(1)
    settle()
    found = sent()
    assert list(found) == [
        f"{asked.envelope.message_id}/reply",
        f"{undo.envelope.message_id}/reply",
    ]
    assert told()[0].payment_id == "PAY-ORD-1-1"
    assert told()[1] == Done()


@BOTH
def test_the_customer_s_deadline_ends_the_order(
    toss: ScriptedToss, hands: Hands, ask: Any, undo: Any
) -> None:
    """PAYMENT_EXPIRED, as a reply or as payment.failed."""
    offer(is_saga=ask is process)
    assert not settle()
    hands.move(600)
    assert settle()
    (news,) = told()
    assert (news.reason, news.message) == (
        "PAYMENT_EXPIRED",
        "The customer did not pay in time.",
    )
    assert (payment().status, toss.asked("confirm")) == ("FAILED", 0)


def test_a_payment_that_toss_has_all_the_same_is_booked_at_the_deadline(
    toss: ScriptedToss, hands: Hands
) -> None:
    """Nobody told us of the confirm; Toss does."""
    offer()
    toss.charge_by_hand(toss.agree(ORDER, TOTAL))
    hands.move(600)
    settle()
    assert (payment().status, toss.kept) == ("SUCCESS", TOTAL)
    assert told()[0].payment_id == "PAY-ORD-1-1"


@pytest.mark.parametrize("looks", [1, 2, 3])
def test_money_taken_after_the_end_goes_back(
    toss: ScriptedToss, hands: Hands, looks: int
) -> None:
    """One of the looks after a minute, ten minutes and an hour finds it."""
    offer()
    toss.will("confirm", DECLINED)
    key = toss.agree(ORDER, TOTAL)
    with pytest.raises(Exception, match="The bank said no"):
        pay(toss)
    waits = [60, 600, 3600]
    for wait in waits[: looks - 1]:
        hands.move(wait)
        assert settle()
    toss.charge_by_hand(key)
    hands.move(waits[looks - 1])
    assert settle()
    row, entry = payment(), Refund.objects.get()
    assert (row.status, toss.kept, row.next_look_at) == ("REFUNDED", 0, None)
    assert (entry.requested_by, entry.reason) == (
        "reconciliation",
        "Toss charged it after it was FAILED",
    )
    assert len(told()) == 1  # the end was told, and it stays the end


def test_toss_being_away_does_not_use_up_the_watch(
    toss: ScriptedToss, hands: Hands
) -> None:
    """Only a look that was answered is one of the three."""
    offer()
    toss.will("confirm", DECLINED)
    with pytest.raises(Exception, match="The bank said no"):
        pay(toss)
    hands.move(60)
    toss.will("find", *[NO_ANSWER] * 10)
    for wait in [*[30] * 10, 0, 600, 3600]:
        settle()
        hands.move(wait)
    assert (payment().looks, toss.asked("find")) == (3, 12)
    settle()
    assert (payment().next_look_at, toss.asked("find")) == (None, 13)


def test_the_watch_ends(toss: ScriptedToss, hands: Hands) -> None:
    """Three looks, and nobody comes by any more."""
    offer()
    toss.will("confirm", DECLINED)
    with pytest.raises(Exception, match="The bank said no"):
        pay(toss)
    for wait in (60, 600, 3600):
        hands.move(wait)
        assert settle()
    assert (payment().next_look_at, toss.asked("find")) == (None, 3)


def test_a_cancelled_order_that_was_charged_all_the_same_is_given_back(
    toss: ScriptedToss, hands: Hands
) -> None:
    """Given up in the window; the charge came from somewhere else."""
    offer()
    key = toss.agree(ORDER, TOTAL)
    handle(refund())
    assert payment().status == "CANCELLED"
    toss.charge_by_hand(key)
    hands.move(60)
    assert settle()
    assert (payment().status, toss.kept) == ("REFUNDED", 0)


def test_a_saga_s_refund_that_toss_refuses_is_made_in_the_end(
    toss: ScriptedToss, hands: Hands
) -> None:
    """Flagged, and tried again every five minutes under a new key."""
    offer()
    pay(toss)
    undo = refund()
    handle(undo)
    toss.will("give_back", REFUSED, REFUSED)
    settle()
    since = payment().attention_since
    for _ in range(2):
        assert "It cannot be given back." in payment().attention
        assert payment().attention_since == since == NOW
        hands.move(300)
        assert settle()
    assert (payment().status, payment().attention, toss.kept) == ("REFUNDED", "", 0)
    assert toss.keys("give_back") == [f"PAY-ORD-1-1/after-0.00/{n}" for n in (1, 2, 3)]
    assert sent()[f"{undo.envelope.message_id}/reply"] == Done()


@pytest.mark.parametrize(
    ("doubt", "calls"), [(LOST, 1), (NO_ANSWER, 2), (ODD_ANSWER, 2), (NOT_DONE, 2)]
)
def test_a_refund_in_doubt_is_made_once(
    toss: ScriptedToss, hands: Hands, doubt: Any, calls: int
) -> None:
    """What Toss still keeps says whether it was made."""
    offer()
    pay(toss)
    handle(refund())
    toss.will("give_back", doubt)
    settle()
    assert (payment().status, Refund.objects.get().status) == ("SUCCESS", "PENDING")
    hands.move(1)
    settle()
    assert (payment().status, toss.kept) == ("REFUNDED", 0)
    assert toss.asked("give_back") == calls
    assert toss.by_key["key-ORD-1"].balance == 0


def test_while_toss_is_away_the_calls_are_bounded(
    auto_at_toss: ScriptedToss, hands: Hands
) -> None:
    """A minute of it costs a payment six calls; then all is well."""
    handle(process())
    auto_at_toss.will("charge", NOT_DONE)
    auto_at_toss.will("find", *[NOT_DONE] * 50)
    for _ in range(60):
        settlement.settle_due()
        hands.move(1)
    assert auto_at_toss.asked() == 6
    auto_at_toss._script["find"].clear()
    hands.move(30)
    settle()
    assert (payment().status, auto_at_toss.kept) == ("SUCCESS", TOTAL)


def test_a_contradiction_of_toss_is_no_endless_loop(
    toss: ScriptedToss, hands: Hands
) -> None:
    """It says «done before» and knows of nothing: a few calls, then the lease."""
    offer()
    toss.will("confirm", *[ALREADY] * 10)
    with pytest.raises(Exception, match="not answered clearly"):
        pay(toss)
    assert toss.asked() == run.MAX_STEPS
    assert not settle()


def test_nothing_due_costs_one_query(django_assert_num_queries: Any) -> None:
    """The sweep comes every two seconds."""
    with django_assert_num_queries(1):
        assert settlement.settle_due() == 0


def test_without_toss_an_intent_is_left_for_later(
    auto_at_toss: ScriptedToss,
) -> None:
    """Somebody took the keys away; nothing is guessed."""
    handle(process())
    with gateway.remote_set_to(None):
        assert settle()
    row = payment()
    assert (row.status, row.next_look_at) == ("PROCESSING", NOW + timedelta(seconds=1))


@pytest.mark.usefixtures("unpublished", "on_disk")
@pytest.mark.django_db(transaction=True)
def test_many_are_settled_side_by_side(auto_at_toss: ScriptedToss) -> None:
    """One that fails stops none of the others, and has its lease to wait for."""
    handle(*[process(f"ORD-{number}") for number in range(20)])

    def fails_once(call: Any) -> None:
        if call.request.order_id == "ORD-7":
            raise ZeroDivisionError

    auto_at_toss.before = fails_once
    assert settlement.settle_due() == 20
    found = dict(Payment.objects.values_list("order_id", "status"))
    assert found.pop("ORD-7") == "PROCESSING"
    assert set(found.values()) == {"SUCCESS"}
    assert (len(found), auto_at_toss.kept) == (19, 19 * TOTAL)


def test_each_point_is_reached_where_it_says(auto_at_toss: ScriptedToss) -> None:
    """A fault turned on there strikes between the steps that its name tells."""
    handle(process())
    met: list[tuple[str, str, int]] = []

    def reached(point: str) -> bool:
        met.append((point, payment().status, auto_at_toss.asked()))
        return False

    with faults.reached_by(reached):
        settle()
    expected = [
        ("payment.after-intent", "PROCESSING", 0),
        ("payment.before-save", "PROCESSING", 1),
        ("payment.save", "SUCCESS", 1),
        ("payment.after-save", "SUCCESS", 1),
    ]
    names = {name for name, *_ in expected}
    assert [one for one in met if one[0] in names] == expected
