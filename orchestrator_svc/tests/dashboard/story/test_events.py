"""Mailboxes in, happenings out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from common.contracts import topics
from orchestrator_svc.dashboard.story import events
from orchestrator_svc.dashboard.story.happening import Happening, Lane, Leg, Shape
from orchestrator_svc.tests.dashboard.story.told import (
    ORDER,
    SAGA,
    at,
    box,
    boxes,
    command,
    drawn,
    event,
    handled,
    letter,
    reply,
    sent,
)


def told(service: str, message: Any) -> Happening:
    """The one message of a service."""
    (found,) = events.messages(boxes(box(service, sent=[message])))
    return found


@pytest.mark.parametrize(
    ("service", "message", "line"),
    [
        (
            "orchestrator",
            command(1, "CREATE_ORDER"),
            "orchestrator > order: CREATE_ORDER [plain]",
        ),
        (
            "orchestrator",
            command(4, "REFUND_PAYMENT"),
            "orchestrator > payment: REFUND_PAYMENT [undone]",
        ),
        (
            "payment",
            reply(2, "PROCESS_PAYMENT"),
            "payment > orchestrator: PROCESS_PAYMENT [good]",
        ),
        (
            "inventory",
            reply(3, "RESERVE_INVENTORY", status="FAILED"),
            "inventory > orchestrator: RESERVE_INVENTORY.FAILED [bad]",
        ),
        (
            "inventory",
            reply(5, "RELEASE_INVENTORY"),
            "inventory > orchestrator: RELEASE_INVENTORY [undone]",
        ),
        (
            "order",
            event(topics.ORDER_CREATED),
            "order > payment: order.created [plain]",
        ),
        (
            "payment",
            event(topics.PAYMENT_PROCESSED),
            "payment > inventory, order: payment.processed [good]",
        ),
        (
            "inventory",
            event(topics.INVENTORY_FAILED, reason="INSUFFICIENT_STOCK"),
            "inventory > payment, order: inventory.failed [bad]",
        ),
        (
            "payment",
            event(topics.PAYMENT_FAILED, reason="REFUNDED"),
            "payment > order: payment.failed [undone]",
        ),
        (
            "order",
            event(topics.ORDER_CANCELLED, mode="CHOREOGRAPHY"),
            "order > inventory: order.cancelled [undone]",
        ),
        (
            "order",
            event(topics.ORDER_CANCELLED, mode="ORCHESTRATION"),
            "order > orchestrator: order.cancelled [undone]",
        ),
    ],
)
def test_a_message_goes_to_who_acts_on_it(
    service: str, message: Any, line: str
) -> None:
    """And its tone says what it means."""
    assert drawn([told(service, message)]) == [line]


def test_a_message_says_when_each_receiver_had_it() -> None:
    """Who has not had it yet has no time."""
    message = event(topics.PAYMENT_PROCESSED, 10)
    inbox = [handled(f"{ORDER}/payment.processed", topics.PAYMENT_PROCESSED, 15)]
    found = boxes(
        box("payment", sent=[message]), box("order", handled=inbox), box("inventory")
    )
    (one,) = events.messages(found)
    assert one.legs == (Leg(Lane.INVENTORY), Leg(Lane.ORDER, at(15)))


@pytest.mark.parametrize("receiver", [(), (box("order", left_off={"handled": 1}),)])
def test_of_a_receiver_not_heard_in_full_nobody_says_that_it_waits(
    receiver: tuple[Any, ...],
) -> None:
    """It may well have had the message."""
    found = boxes(box("orchestrator", sent=[command(1, "CREATE_ORDER")]), *receiver)
    (one,) = events.messages(found)
    assert one.legs == (Leg(Lane.ORDER, None, heard=False),)


@pytest.mark.parametrize(
    ("message", "detail", "amount"),
    [
        (command(2, "PROCESS_PAYMENT", amount=59.98), "", Decimal("59.98")),
        (
            command(3, "RESERVE_INVENTORY", items=[{"productId": "P", "quantity": 2}]),
            "2 × P",
            None,
        ),
        (
            reply(3, "RESERVE_INVENTORY", status="FAILED", reason="NO", message="why"),
            "NO: why",
            None,
        ),
        (
            event(topics.PAYMENT_FAILED, reason="REFUNDED", refundedAmount=5),
            "REFUNDED",
            Decimal(5),
        ),
        (command(2, "PROCESS_PAYMENT", amount="much"), "", None),
        (command(2, "PROCESS_PAYMENT", amount=True), "", None),
        (command(3, "RESERVE_INVENTORY", items="none"), "", None),
        (sent("X/1", topics.COMMANDS, "CREATE_ORDER", value="no JSON"), "", None),
    ],
)
def test_a_message_says_why_and_how_much(
    message: Any, detail: str, amount: Decimal | None
) -> None:
    """Whatever its value is."""
    one = told("orchestrator", message)
    assert (one.detail, one.amount) == (detail, amount)


def test_a_long_reason_is_cut() -> None:
    """It is whole in the message itself."""
    one = told(
        "payment", reply(2, "PROCESS_PAYMENT", status="FAILED", reason="x" * 999)
    )
    assert len(str(one.detail)) == events.MAX_DETAIL


def test_a_repeat_is_another_happening_of_the_same_message() -> None:
    """With a key of its own."""
    repeat = command(1, "CREATE_ORDER", 5000, resend=1)
    found = boxes(box("orchestrator", sent=[command(1, "CREATE_ORDER"), repeat]))
    first, second = events.messages(found)
    assert (first.key, first.repeats) == (f"{SAGA}/1", 0)
    assert (second.key, second.repeats) == (f"{SAGA}/1+1", 1)
    assert second.message_id == first.message_id


def test_a_command_that_nobody_knows_goes_nowhere() -> None:
    """It is shown all the same."""
    assert drawn([told("orchestrator", command(1, "DANCE"))]) == [
        "orchestrator: DANCE [plain]"
    ]


class TestArrivals:
    """What came from outside."""

    INBOX = (handled("order.created/0/7", topics.ORDER_CREATED, 3),)

    def test_is_what_nobody_of_ours_has_sent(self) -> None:
        """A foreign producer's."""
        found = boxes(box("payment", handled=self.INBOX), box("order"))
        (one,) = events.arrivals(found, silent=())
        assert drawn([one]) == ["payment: order.created [plain]"]
        assert one.at == at(3)

    def test_is_not_guessed_while_a_service_is_silent(self) -> None:
        """It may have sent it."""
        found = boxes(box("payment", handled=self.INBOX))
        assert not list(events.arrivals(found, silent=["order"]))

    def test_is_not_guessed_where_messages_were_left_off(self) -> None:
        """Likewise."""
        cut = box("order", left_off={"sent": 1})
        found = boxes(box("payment", handled=self.INBOX), cut)
        assert not list(events.arrivals(found, silent=()))

    def test_is_not_what_a_service_reads_without_acting_on_it(self) -> None:
        """The orchestrator sees the cancels of choreographed orders pass by."""
        inbox = [handled("X", topics.ORDER_CREATED)]
        assert not list(events.arrivals(boxes(box("order", handled=inbox)), silent=()))


@pytest.mark.parametrize(
    ("status", "tone"), [("RETRYING", "bad"), ("DEAD", "bad"), ("RESOLVED", "undone")]
)
def test_a_dead_letter_stands_at_who_could_not_handle_it(
    status: str, tone: str
) -> None:
    """With its error, and what became of it."""
    (one,) = events.dead_letters(boxes(box("order", letters=[letter("M", status)])))
    assert drawn([one]) == [f"order: Dead letter: CREATE_ORDER {status} [{tone}]"]
    assert (one.shape, one.detail) == (Shape.LETTER, "Poison: bad")
    assert one.link == "/log/dead-letters/order/LETTER-M"


def test_what_was_put_aside_is_not_told_as_a_message_too() -> None:
    """It is a dead letter, and stands among the raw messages."""
    aside = sent("L", topics.dead_letters_of("order"), "dead.letter")
    found = boxes(box("order", sent=[aside]))
    assert not list(events.messages(found))
    assert len(events.raw(found)) == 1


def test_raw_messages_stand_in_the_order_they_were_sent_in() -> None:
    """Of all services."""
    found = boxes(
        box("order", sent=[reply(1, "CREATE_ORDER", 5)]),
        box("orchestrator", sent=[command(1, "CREATE_ORDER", 1)]),
    )
    assert [one.message_id for one in events.raw(found)] == [
        f"{SAGA}/1",
        f"{SAGA}/1/reply",
    ]
