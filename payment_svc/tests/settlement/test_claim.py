"""A payment in hand: one claimant at a time, and its intent on disk first."""

from __future__ import annotations

import threading
from contextvars import copy_context
from datetime import timedelta

import pytest
from django.db import connections

from payment_svc.payments.models import Payment, Refund
from payment_svc.payments.settlement import claim as claims
from payment_svc.payments.settlement.claim import claim, claim_again, due, lease_time
from payment_svc.payments.settlement.plan import Act
from payment_svc.tests.acts import offer, pay
from payment_svc.tests.conftest import NOW, Hands
from payment_svc.tests.factories import (
    PaymentFactory,
    handle,
    payment,
    process,
    refund,
)
from payment_svc.tests.toss import ScriptedToss

PAYMENT = "PAY-ORD-1-1"
LATER = timedelta(seconds=1)


@pytest.mark.django_db
def test_what_is_not_due_is_nobodys(toss: ScriptedToss) -> None:
    """Neither before its time, nor without one, nor what is not there."""
    offer()
    assert claim(PAYMENT) is None
    Payment.objects.update(next_look_at=None)
    assert claim(PAYMENT) is None
    assert claim("PAY-ORD-9-1") is None


@pytest.mark.django_db
def test_a_claim_is_an_intent_with_a_lease(auto_at_toss: ScriptedToss) -> None:
    """Whoever finds it later knows that Toss may have been called."""
    asked = process()
    handle(asked)
    held = claim(PAYMENT)
    assert held is not None
    row = payment()
    assert (held.act, row.calls) == (Act.CHARGE, 1)
    assert held.lease == row.next_look_at == NOW + lease_time()
    assert [one.envelope.message_id for one in held.waiting] == [
        asked.envelope.message_id
    ]
    assert claim(PAYMENT) is None


@pytest.mark.django_db
def test_a_claim_left_behind_is_looked_up(
    auto_at_toss: ScriptedToss, hands: Hands
) -> None:
    """After its lease it is somebody else's, and not charged blindly."""
    handle(process())
    assert claim(PAYMENT) is not None
    hands.move(lease_time().total_seconds())
    held = claim(PAYMENT)
    assert held is not None
    assert (held.act, payment().calls) == (Act.FIND, 1)


@pytest.mark.django_db
def test_a_refund_in_hand_counts_its_own_calls(
    toss: ScriptedToss, hands: Hands
) -> None:
    """Made once, then looked up."""
    offer()
    pay(toss)
    handle(refund())
    held = claim(PAYMENT)
    assert held is not None
    assert (held.act, Refund.objects.get().calls, payment().calls) == (
        Act.GIVE_BACK,
        1,
        1,
    )
    hands.move(lease_time().total_seconds())
    held = claim(PAYMENT)
    assert held is not None
    assert (held.act, Refund.objects.get().calls) == (Act.FIND, 1)


@pytest.mark.django_db
def test_who_holds_it_may_go_on(auto_at_toss: ScriptedToss, hands: Hands) -> None:
    """With another act, and a new lease."""
    handle(process())
    held = claim(PAYMENT)
    assert held is not None
    hands.move(3)
    again = claim_again(held, Act.FIND)
    assert again is not None
    assert (again.act, again.lease) == (Act.FIND, held.lease + timedelta(seconds=3))


@pytest.mark.django_db
@pytest.mark.parametrize("moved_to", [None, NOW + LATER])
def test_who_lost_it_may_not(auto_at_toss: ScriptedToss, moved_to: object) -> None:
    """Somebody else has moved it meanwhile."""
    handle(process())
    held = claim(PAYMENT)
    assert held is not None
    Payment.objects.update(next_look_at=moved_to)
    assert claim_again(held, Act.FIND) is None
    Payment.objects.all().delete()
    assert claim_again(held, Act.FIND) is None


@pytest.mark.django_db
def test_due_are_those_whose_time_has_come_longest_first() -> None:
    """So many as are wanted."""
    for number, seconds in enumerate([0, -5, -60, 1]):
        moment = NOW + timedelta(seconds=seconds)
        PaymentFactory(order_id=f"ORD-{number}", next_look_at=moment)
    PaymentFactory(order_id="ORD-REST", next_look_at=None)
    assert due(NOW, 10) == ["PAY-ORD-2-1", "PAY-ORD-1-1", "PAY-ORD-0-1"]
    assert due(NOW, 2) == ["PAY-ORD-2-1", "PAY-ORD-1-1"]
    assert due(NOW - timedelta(days=1), 10) == []


@pytest.mark.usefixtures("on_disk")
@pytest.mark.django_db(transaction=True)
def test_of_many_claims_at_once_one_holds(auto_at_toss: ScriptedToss) -> None:
    """The others are told that it is not theirs."""
    handle(process())
    start = threading.Barrier(6)
    held: list[claims.Claim | None] = []

    def take() -> None:
        start.wait(10)
        try:
            held.append(claim(PAYMENT))
        finally:
            connections.close_all()

    # Each with the test's clock, which a new thread would not have.
    contexts = [copy_context() for _ in range(6)]
    threads = [threading.Thread(target=each.run, args=(take,)) for each in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(held) == 6
    assert len([one for one in held if one is not None]) == 1
    assert payment().calls == 1
