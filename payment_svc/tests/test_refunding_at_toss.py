"""A person gives money back at Toss: at once, in doubt, refused, and beside a saga."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from common.contracts.base import Done
from common.web.models import AuditEntry
from payment_svc.payments.models import Question, Refund
from payment_svc.tests.acts import offer, pay, sent, settle
from payment_svc.tests.conftest import Hands
from payment_svc.tests.factories import NOTHING, ORDER, TOTAL, handle, payment, refund
from payment_svc.tests.toss import (
    LOST,
    NO_ANSWER,
    NOT_DONE,
    ODD_ANSWER,
    REFUSED,
    ScriptedToss,
)

pytestmark = pytest.mark.django_db

REFUND = f"/api/payments/order/{ORDER}/refund"
PART = Decimal("999.98")
MOST = Decimal(1500)


@pytest.fixture(autouse=True)
def paid(toss: ScriptedToss) -> None:
    """The order is paid at Toss."""
    offer()
    pay(toss)


def ask(client: APIClient, key: str = "", **body: Any) -> Any:
    """An operator asks for a refund."""
    client.credentials(**({"HTTP_IDEMPOTENCY_KEY": key} if key else {}))
    return client.post(REFUND, {"reason": "damaged", **body}, format="json")


def test_all_is_given_back(client: APIClient, toss: ScriptedToss) -> None:
    """The answer comes when Toss has done it, and the trail says who wanted it."""
    answer = ask(client)
    shown = answer.json()
    assert (answer.status_code, shown["message"]) == (
        200,
        "Payment refunded successfully",
    )
    assert (shown["payment"]["status"], shown["payment"]["refundedAmount"]) == (
        "REFUNDED",
        1999.98,
    )
    (call,) = [one for one in toss.calls if one.method == "give_back"]
    assert (call.request.amount, call.request.reason) == (TOTAL, "damaged")
    assert (toss.kept, AuditEntry.objects.get().actor) == (0, "anonymous@127.0.0.1")


@pytest.mark.parametrize("key", ["", "k1"])
def test_all_twice_is_given_back_once(
    client: APIClient, toss: ScriptedToss, key: str
) -> None:
    """With a key or without, the answers are the same."""
    first, again = ask(client, key), ask(client, key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert (toss.asked("give_back"), toss.kept) == (1, 0)
    assert Refund.objects.count() == AuditEntry.objects.count() == 1


def test_a_part_twice_with_a_key_is_one_part(
    client: APIClient, toss: ScriptedToss
) -> None:
    """Without one it is two."""
    for _ in range(2):
        answer = ask(client, "k1", amount=100)
        assert answer.json()["message"] == "Payment refunded in part"
        assert answer.json()["payment"]["refundedAmount"] == 100
    assert (toss.asked("give_back"), toss.kept) == (1, TOTAL - 100)
    assert ask(client, amount=100).json()["payment"]["refundedAmount"] == 200
    assert toss.keys("give_back") == [
        "PAY-ORD-1-1/after-0.00/1",
        "PAY-ORD-1-1/after-100.00/1",
    ]


def test_parts_add_up_and_no_further(client: APIClient, toss: ScriptedToss) -> None:
    """A cent too much is refused before Toss is asked."""
    assert ask(client, amount=999.98).json()["payment"]["status"] == "SUCCESS"
    assert ask(client, amount=1000.01).status_code == 400
    assert ask(client, amount=1000).json()["payment"]["status"] == "REFUNDED"
    assert (toss.asked("give_back"), toss.kept) == (2, 0)


@pytest.mark.parametrize(
    ("doubt", "calls"), [(LOST, 1), (NO_ANSWER, 2), (ODD_ANSWER, 2), (NOT_DONE, 2)]
)
def test_a_refund_in_doubt_is_accepted_and_made_once(
    client: APIClient, toss: ScriptedToss, hands: Hands, doubt: Any, calls: int
) -> None:
    """202 first; who asks again does not make it a second one."""
    toss.will("give_back", doubt)
    first, again = ask(client, "k1"), ask(client)
    for answer in (first, again):
        assert (answer.status_code, answer.json()["payment"]["status"]) == (
            202,
            "SUCCESS",
        )
        assert answer.json()["message"] == (
            "The refund is noted and under way; ask again to see it done"
        )
    hands.move(1)
    settle()
    done = ask(client, "k1")
    assert (done.status_code, done.json()["payment"]["status"]) == (200, "REFUNDED")
    assert (toss.asked("give_back"), toss.kept) == (calls, 0)
    assert Refund.objects.count() == AuditEntry.objects.count() == 1


def test_another_amount_meanwhile_is_a_conflict(
    client: APIClient, toss: ScriptedToss
) -> None:
    """Nobody knows yet what is left."""
    toss.will("give_back", NO_ANSWER)
    ask(client, amount=100)
    answer = ask(client, amount=200)
    assert (answer.status_code, answer.json()["code"]) == (409, "REFUND_IN_PROGRESS")
    assert Refund.objects.get().amount == 100


def test_a_refused_refund_is_a_409_and_may_be_asked_again(
    client: APIClient, toss: ScriptedToss
) -> None:
    """The money is where it was, and nobody goes on trying."""
    toss.will("give_back", REFUSED)
    answer = ask(client, amount=999.98)
    assert (answer.status_code, answer.json()["code"]) == (409, "REFUND_REFUSED")
    assert "It cannot be given back." in answer.json()["message"]
    row, entry = payment(), Refund.objects.get()
    assert (row.status, row.attention, row.refunded_amount) == ("SUCCESS", "", NOTHING)
    assert (entry.status, toss.kept) == ("REFUSED", TOTAL)
    assert ask(client).json()["payment"]["status"] == "REFUNDED"
    assert toss.keys("give_back") == [f"PAY-ORD-1-1/after-0.00/{n}" for n in (1, 2)]
    assert Refund.objects.get().status == "DONE"


def test_a_saga_s_refund_gives_what_a_person_left(
    client: APIClient, toss: ScriptedToss
) -> None:
    """And no cent more."""
    ask(client, amount=999.98)
    undo = refund()
    handle(undo)
    settle()
    assert sent()[f"{undo.envelope.message_id}/reply"] == Done()
    assert (payment().status, toss.kept) == ("REFUNDED", 0)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [
        PART,
        TOTAL - PART,
    ]


def test_a_saga_s_refund_waits_for_a_person_s(
    client: APIClient, toss: ScriptedToss, hands: Hands
) -> None:
    """What is left is known only then."""
    toss.will("give_back", NO_ANSWER)
    ask(client, amount=999.98)
    undo = refund()
    assert handle(undo) == []
    hands.move(1)
    settle()
    assert sent()[f"{undo.envelope.message_id}/reply"] == Done()
    assert (payment().status, toss.kept, Question.objects.count()) == ("REFUNDED", 0, 0)
    assert [entry.requested_by for entry in Refund.objects.order_by("refund_id")] == [
        "anonymous@127.0.0.1",
        "payment",
    ]


def test_a_saga_s_refund_is_made_also_when_the_person_s_is_refused(
    client: APIClient, toss: ScriptedToss, hands: Hands
) -> None:
    """Toss refuses the part that a person wanted; the saga's is another matter."""
    toss.will("give_back", NO_ANSWER, REFUSED)
    ask(client, amount=999.98)
    undo = refund()
    assert handle(undo) == []
    hands.move(1)
    settle()
    assert sent()[f"{undo.envelope.message_id}/reply"] == Done()
    assert (payment().status, toss.kept, Question.objects.count()) == ("REFUNDED", 0, 0)


def test_what_was_given_back_at_toss_is_not_given_again(
    client: APIClient, toss: ScriptedToss, hands: Hands
) -> None:
    """A saga that knows nothing of it gives back the rest."""
    toss.give_back_by_hand("key-ORD-1", Decimal(100))
    undo = refund()
    handle(undo)
    for _ in range(3):
        settle()
        hands.move(300)
    assert sent()[f"{undo.envelope.message_id}/reply"] == Done()
    assert (payment().status, payment().refunded_amount) == ("REFUNDED", TOTAL)
    assert (toss.kept, Refund.objects.count()) == (0, 2)


def test_a_refund_of_more_than_is_left_at_toss_is_refused(
    client: APIClient, toss: ScriptedToss, hands: Hands
) -> None:
    """The person hears it at once, and our books follow soon, once."""
    toss.give_back_by_hand("key-ORD-1", MOST)
    answer = ask(client, amount=999.98)
    assert (answer.status_code, answer.json()["code"]) == (409, "REFUND_REFUSED")
    for _ in range(3):
        hands.move(300)
        settle()
    assert (payment().status, payment().refunded_amount) == ("SUCCESS", MOST)
    entry = Refund.objects.get()
    assert (entry.status, entry.amount, entry.requested_by) == ("DONE", MOST, "toss")
    assert (toss.kept, payment().next_look_at) == (TOTAL - MOST, None)
    assert payment().attention == "1500.00 was given back at Toss, not by us"
