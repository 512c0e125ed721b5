"""What the page is filled with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory

from orchestrator_svc.dashboard.story.context import Links, context_of, facts_of
from orchestrator_svc.dashboard.story.telling import Story, tell
from orchestrator_svc.tests.dashboard.story.conftest import Peers
from orchestrator_svc.tests.dashboard.story.told import ORDER, attempt, order
from orchestrator_svc.tests.factories import WAYS, saga

pytestmark = pytest.mark.django_db


def told(order_id: str = ORDER) -> Story:
    """The story of an order that is known."""
    story = tell(order_id)
    assert story is not None
    return story


def filled(**headers: str) -> dict[str, Any]:
    """The context for a browser."""
    request = RequestFactory(SERVER_PORT="3004").get("/", headers=headers)
    return context_of(told(), request)


def test_facts_are_the_saga_s_where_there_is_one(peers: Peers) -> None:
    """With why it turned round."""
    facts = facts_of(told(saga(way=WAYS["COMPENSATED"]).order_id))
    assert (facts.customer, facts.total) == ("CUST001", Decimal("1999.98"))
    assert facts.reason == "INSUFFICIENT_STOCK: 1 left"
    assert [(one.name, one.quantity) for one in facts.items] == [("Laptop", 2)]


def test_facts_are_the_order_s_otherwise(peers: Peers) -> None:
    """As its service shows it."""
    peers.order = {**order("CANCELLED"), "cancellationReason": "mind"}
    facts = facts_of(told())
    assert (facts.customer, facts.method, facts.reason) == ("CUST001", "AUTO", "mind")
    assert [(one.product_id, one.quantity) for one in facts.items] == [("PROD001", 2)]


def test_there_are_no_facts_while_nobody_who_knows_answers(peers: Peers) -> None:
    """The page has dashes."""
    peers.down = {"order"}
    facts = facts_of(told())
    assert (facts.customer, facts.total, list(facts.items)) == ("", None, [])


def test_the_newest_payment_is_shown_and_the_others_named(peers: Peers) -> None:
    """One for each try."""
    peers.order = order()
    peers.payments = [attempt("REFUNDED"), attempt("SUCCESS")]
    context = filled()
    assert context["payment"]["payment"]["status"] == "SUCCESS"
    earlier = [one["payment"]["status"] for one in context["earlier_payments"]]
    assert earlier == ["REFUNDED"]


def test_links_lead_to_the_services_by_the_browser_s_own_host(
    peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not to where only we reach them."""
    peers.order, peers.payments = order(), [attempt()]
    monkeypatch.setenv("ORDER_URL", "http://127.0.0.1:3001")
    monkeypatch.setenv("PAYMENT_URL", "http://saga:secret@payment-web:3002")
    links = filled(host="localhost:3004")["links"]
    assert links["order"] == Links(
        api=f"http://localhost:3001/api/orders/{ORDER}",
        admin=f"http://localhost:3001/admin/orders/order/?q={ORDER}",
        base="http://localhost:3001",
    )
    assert links["payment"] is None
