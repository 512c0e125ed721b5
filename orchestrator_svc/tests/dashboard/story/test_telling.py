"""A whole story, from what the services say."""

from __future__ import annotations

from typing import Any

import pytest

from common.contracts import topics
from orchestrator_svc.dashboard.story.telling import Story, tell
from orchestrator_svc.tests.dashboard.story.conftest import Peers
from orchestrator_svc.tests.dashboard.story.told import (
    ORDER,
    action,
    answer,
    command,
    drawn,
    event,
    handled,
    letter,
    order,
)
from orchestrator_svc.tests.factories import saga

pytestmark = pytest.mark.django_db


def told(order_id: str = ORDER) -> Story:
    """The story of an order that is known."""
    story = tell(order_id)
    assert story is not None
    return story


def test_a_choreographed_order_from_first_to_last(peers: Peers) -> None:
    """Who tells it does not matter for the order."""
    history: list[Any] = [
        (None, "PENDING", 0),
        ("PENDING", "PAYMENT_COMPLETED", 12),
        ("PAYMENT_COMPLETED", "COMPLETED", 17),
    ]
    peers.order = order("COMPLETED", *history)
    paid = event(topics.PAYMENT_PROCESSED, 10, cause=f"{ORDER}/order.created")
    kept = event(topics.INVENTORY_RESERVED, 15, cause=f"{ORDER}/payment.processed")
    peers.mailboxes = {
        "inventory": answer(sent=[kept]),
        "payment": answer(sent=[paid]),
        "order": answer(sent=[event(topics.ORDER_CREATED, 1)]),
    }
    story = told()
    assert drawn(story.happened) == [
        "customer > order: places the order [plain]",
        "order: order PENDING [plain]",
        "order > payment: order.created [plain]",
        "payment > inventory, order: payment.processed [good]",
        "order: order PAYMENT_COMPLETED [plain]",
        "inventory > order: inventory.reserved [good]",
        "order: order COMPLETED [plain]",
    ]
    assert (story.mode, story.status, story.has_ended) == (
        "CHOREOGRAPHY",
        "COMPLETED",
        True,
    )
    assert (story.message_count, story.took and story.took.microseconds) == (3, 17000)


def test_an_orchestrated_order_from_its_saga_alone(peers: Peers) -> None:
    """Its messages may be gone, and all other services silent."""
    peers.down = {"order", "payment", "inventory"}
    row = saga("COMPENSATING")
    story = told(row.order_id)
    assert (story.mode, story.status) == ("ORCHESTRATION", "COMPENSATING")
    assert not story.has_ended
    coming = [one.happening for one in story.drawing.rows if one.is_to_come]
    assert drawn(coming)[0] == "payment > orchestrator: REFUND_PAYMENT [undone]"


@pytest.mark.parametrize(
    ("way", "status", "shown", "ended"),
    [
        ("COMPLETED", "COMPLETED", "COMPLETED", True),
        ("COMPLETED", "CANCELLING", "CANCELLING", False),
        ("COMPLETED", "CANCELLED", "CANCELLED", True),
        ("COMPENSATED", "CANCELLED", "COMPENSATED", True),
        ("FAILED", "FAILED", "FAILED", True),
        ("COMPENSATING", "PENDING", "COMPENSATING", False),
    ],
)
def test_a_saga_s_status_counts_until_the_order_goes_on_after_it(
    peers: Peers, way: str, status: str, shown: str, ended: bool
) -> None:
    """A completed order that is cancelled is undone by another saga."""
    row = saga(way)
    peers.order = {**order(status), "mode": "ORCHESTRATION"}
    story = told(row.order_id)
    assert (story.status, story.has_ended) == (shown, ended)


@pytest.mark.parametrize(
    ("status", "ended"),
    [("RETRYING", False), ("DEAD", False), ("RESOLVED", True), ("DISCARDED", True)],
)
def test_an_order_with_an_open_letter_has_not_ended(
    peers: Peers, status: str, ended: bool
) -> None:
    """Something will still be done about it."""
    peers.order = order("COMPLETED")
    peers.mailboxes["payment"] = answer(letters=[letter("M", status)])
    assert told().has_ended is ended


def test_nobody_knows_an_order_that_never_was(peers: Peers) -> None:
    """All have answered."""
    assert tell(ORDER) is None


def test_whether_an_order_is_there_is_not_known_while_one_is_silent(
    peers: Peers,
) -> None:
    """The page says who is missing."""
    peers.down = {"order"}
    story = told()
    assert (story.status, story.known.silent) == ("", ("order",))


def test_an_order_that_only_messages_speak_of_is_told(peers: Peers) -> None:
    """A foreign producer's, which no order was made of."""
    inbox = [handled("order.created/0/7", topics.ORDER_CREATED, 3)]
    peers.mailboxes["payment"] = answer(handled=inbox)
    assert drawn(told().happened) == ["payment: order.created [plain]"]


def test_acts_of_all_services_are_listed_newest_first(peers: Peers) -> None:
    """For the table of who did what."""
    peers.order = order("CANCELLED")
    peers.mailboxes["order"] = answer(actions=[action("order.cancel", 1)])
    peers.mailboxes["payment"] = answer(actions=[action("letter.redrive", 2)])
    names = [one.name for one in told().actions]
    assert names == ["letter.redrive", "order.cancel"]


def test_a_story_of_hundreds_of_messages_stays_bounded(peers: Peers) -> None:
    """Rows and messages; the numbers are whole."""
    peers.order = order("PENDING")
    messages = [command(n, "CREATE_ORDER", n) for n in range(300)]
    peers.mailboxes["order"] = answer(sent=messages, left_off={"sent": 50})
    story = told()
    assert len(story.drawing.all_rows) == 120
    # The order itself, and the two events that are still to come.
    assert story.drawing.left_out == 300 + 1 + 3 - 120
    assert (len(story.raw), story.message_count) == (60, 350)
