"""What can be done about an order, and why not."""

from __future__ import annotations

import pytest

from orchestrator_svc.dashboard.acts.words import why_not
from orchestrator_svc.dashboard.story import prospects
from orchestrator_svc.dashboard.story.prospects import NOT_LED, Prospect
from orchestrator_svc.dashboard.story.telling import Story, tell
from orchestrator_svc.tests.dashboard.story.conftest import Peers
from orchestrator_svc.tests.dashboard.story.told import ORDER, order
from orchestrator_svc.tests.factories import CANCELLED, NOW, WAYS, saga

pytestmark = pytest.mark.django_db


def told(order_id: str) -> Story:
    """The story of an order that is known."""
    story = tell(order_id)
    assert story is not None
    return story


@pytest.mark.parametrize(
    ("status", "retry", "cancel"),
    [
        ("PAYMENT_PROCESSING", "NOT_ENDED", ""),
        ("COMPENSATING", "NOT_ENDED", ""),
        ("COMPLETED", "COMPLETED", ""),
        ("COMPENSATED", "", "ALREADY_FAILED"),
        ("FAILED", "", "ALREADY_FAILED"),
    ],
)
def test_of_a_saga_the_machine_says(
    peers: Peers, status: str, retry: str, cancel: str
) -> None:
    """In words, and where to do it."""
    row = saga(status)
    story = told(row.order_id)
    assert prospects.retry(story) == Prospect(
        address=f"/sagas/{row.saga_id}/retry", blocked=retry and why_not(retry)
    )
    assert prospects.cancel(story, NOW) == Prospect(
        address=f"/sagas/{row.saga_id}/cancel", blocked=cancel and why_not(cancel)
    )


def test_asking_whether_it_can_be_cancelled_does_not_cancel_it(peers: Peers) -> None:
    """The machine is asked on a copy."""
    row = saga("PAYMENT_PROCESSING")
    prospects.cancel(told(row.order_id), NOW)
    row.refresh_from_db()
    assert row.status == "PAYMENT_PROCESSING"


def test_what_was_cancelled_is_not_cancelled_again(peers: Peers) -> None:
    """Nor tried again."""
    row = saga(way=(*WAYS["PAYMENT_PROCESSING"], CANCELLED))
    story = told(row.order_id)
    assert prospects.cancel(story, NOW).blocked == why_not("ALREADY_CANCELLED")
    assert prospects.retry(story).blocked == why_not("NOT_ENDED")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("PENDING", ""),
        ("PAYMENT_COMPLETED", ""),
        ("COMPLETED", ""),
        ("CANCELLING", "CANCEL_IN_PROGRESS"),
        ("CANCELLED", "ORDER_ALREADY_CANCELLED"),
        ("FAILED", "ORDER_FAILED"),
    ],
)
def test_of_a_choreographed_order_its_status_says(
    peers: Peers, status: str, code: str
) -> None:
    """Nobody leads it, so nobody can try it again."""
    peers.order = order(status)
    story = told(ORDER)
    assert prospects.retry(story) == Prospect(address="", blocked=NOT_LED)
    assert prospects.cancel(story, NOW) == Prospect(
        address=f"/orders/{ORDER}/cancel", blocked=code and why_not(code)
    )


def test_nothing_is_done_about_what_nobody_knows(peers: Peers) -> None:
    """The order's service is silent."""
    peers.down = {"order"}
    blocked = prospects.cancel(told(ORDER), NOW).blocked
    assert blocked == why_not("UNREACHABLE")
