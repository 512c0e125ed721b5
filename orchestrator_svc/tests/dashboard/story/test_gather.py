"""Asking four services at once."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from common.web.json import encode
from orchestrator_svc.dashboard.story.gather import gather
from orchestrator_svc.engine import services
from orchestrator_svc.tests.dashboard.story.conftest import Peers
from orchestrator_svc.tests.dashboard.story.told import (
    ORDER,
    answer,
    attempt,
    event,
    order,
)
from orchestrator_svc.tests.factories import LAPTOPS

pytestmark = pytest.mark.django_db


def test_each_is_asked_for_its_mailbox_and_what_it_keeps(peers: Peers) -> None:
    """In two requests a service."""
    peers.order, peers.payments, peers.reservation = order(), [attempt()], {"a": 1}
    found = gather(ORDER)
    assert sorted(peers.asked) == [
        "inventory /api/messages/story?key=ORD-1&limit=400",
        "inventory /api/reservations/order/ORD-1",
        "order /api/messages/story?key=ORD-1&limit=400",
        "order /api/orders/ORD-1",
        "payment /api/messages/story?key=ORD-1&limit=400",
        "payment /api/payments/order/ORD-1/attempts",
    ]
    assert encode([found.order, *found.payments]) == encode([order(), attempt()])
    assert (found.reservation, found.silent) == ({"a": 1}, ())


def test_our_own_mailbox_is_read_without_a_request(peers: Peers) -> None:
    """The command that a saga starts with."""
    row = services.start_order(customer_id="CUST001", items=(LAPTOPS,))
    (sent,) = gather(row.order_id).mailboxes["orchestrator"].sent
    assert (sent.type, sent.body["orderId"]) == ("CREATE_ORDER", row.order_id)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        httpx.Response(403, json={}),
        httpx.Response(200, json={"data": []}),
        httpx.Response(200, json=[1]),
        httpx.Response(200, json=answer() | {"sent": [1]}),
    ],
)
def test_a_service_that_does_not_answer_is_named(
    peers: Peers, broken: httpx.Response | None
) -> None:
    """What the others know is there all the same."""
    peers.order = order()
    peers.mailboxes["order"] = answer(sent=[event("order.created")])
    if broken is None:
        peers.down.add("payment")
    else:
        peers.broken["payment"] = broken
    found = gather(ORDER)
    assert found.silent == ("payment",)
    assert set(found.mailboxes) == {"order", "inventory", "orchestrator"}
    assert len(found.mailboxes["order"].sent) == 1
    assert found.payments == ()


def test_none_of_them_may_answer(peers: Peers) -> None:
    """All are named."""
    peers.down = {"order", "payment", "inventory"}
    found: Any = gather(ORDER)
    assert found.silent == ("order", "payment", "inventory")
    assert (found.order, found.reservation) == (None, None)
