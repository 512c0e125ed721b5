"""The page of one order."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from common.contracts import topics
from orchestrator_svc.tests.dashboard.story.conftest import Peers
from orchestrator_svc.tests.dashboard.story.told import (
    ORDER,
    action,
    answer,
    attempt,
    command,
    event,
    letter,
    order,
)
from orchestrator_svc.tests.factories import RETRIED, WAYS, saga

pytestmark = pytest.mark.django_db

HTML = {"accept": "text/html"}
PART = {"hx-request": "true"}
HOSTILE = "<script>alert(1)</script>\u202e{{ x }} 🦑" + "y" * 10_000


def text_of(client: Client, path: str = f"/orders/{ORDER}", **headers: str) -> str:
    """The page as text."""
    answered = client.get(path, headers={**HTML, **headers})
    assert answered.status_code == 200
    return answered.content.decode()


@pytest.fixture
def browser() -> Client:
    """A browser on this machine."""
    return Client()


def test_shows_a_choreographed_order(browser: Client, peers: Peers) -> None:
    """Its lanes, its messages and what is to come."""
    peers.order = order("PENDING", (None, "PENDING", 0))
    peers.mailboxes["order"] = answer(sent=[event(topics.ORDER_CREATED, 1)])
    peers.payments = [attempt("PENDING", paymentMethod="AUTO")]
    page = text_of(browser)
    for words in ("lanes-4", "order.created", "payment.processed", "to come"):
        assert words in page
    assert "Orchestrator</b>" not in page
    assert f"/log/topics/order.created?key={ORDER}" in page


def test_shows_an_orchestrated_order(browser: Client, peers: Peers) -> None:
    """Its steps with their errors, tries, and what can be done."""
    row = saga(way=(*WAYS["COMPENSATED"], RETRIED, *WAYS["COMPENSATED"]))
    page = text_of(browser, f"/orders/{row.order_id}")
    for words in (
        "lanes-6",
        "INSUFFICIENT_STOCK: 1 left",
        "retries (try 2)",
        f'href="/sagas/{row.saga_id}/retry"',
        "It has failed",
    ):
        assert words in page
    assert f'href="/sagas/{row.saga_id}/cancel"' not in page


def test_is_alive_until_the_order_has_ended(browser: Client, peers: Peers) -> None:
    """Then it is not asked again."""
    peers.order = order("PENDING")
    assert 'data-live="5"' in text_of(browser)
    peers.order = order("COMPLETED")
    assert "data-live" not in text_of(browser)


def test_a_part_is_sent_only_where_it_changed(browser: Client, peers: Peers) -> None:
    """By its ETag."""
    peers.order = order("PENDING")
    first = browser.get(f"/orders/{ORDER}", headers=PART)
    assert first.content.decode().strip().startswith('<section id="story"')
    known = {**PART, "if-none-match": first.headers["ETag"]}
    same = browser.get(f"/orders/{ORDER}", headers=known)
    assert (same.status_code, same.content) == (304, b"")
    peers.order = order("CANCELLING")
    assert browser.get(f"/orders/{ORDER}", headers=known).status_code == 200


def test_going_back_in_the_browser_wants_the_whole_page(
    browser: Client, peers: Peers
) -> None:
    """Htmx says so."""
    peers.order = order("PENDING")
    headers = {**PART, "hx-history-restore-request": "true"}
    assert "<!doctype html>" in text_of(browser, **headers)


def test_a_service_that_is_down_is_a_notice(browser: Client, peers: Peers) -> None:
    """And no error."""
    peers.order, peers.down = order("PENDING"), {"payment", "inventory"}
    assert "Not heard: payment, inventory." in text_of(browser)


def test_what_nobody_knows_is_404(browser: Client, peers: Peers) -> None:
    """While all answer."""
    answered = browser.get(f"/orders/{ORDER}", headers=HTML)
    assert answered.status_code == 404


def test_a_saga_s_page_is_its_order_s(browser: Client, peers: Peers) -> None:
    """Also by a link of another page."""
    row = saga("COMPLETED")
    answered: Any = browser.get(f"/sagas/{row.saga_id}", headers=HTML)
    assert (answered.status_code, answered.url) == (302, f"/orders/{row.order_id}")
    assert browser.get("/sagas/SAGA-X", headers=HTML).status_code == 404


def test_only_reads(browser: Client, peers: Peers) -> None:
    """Acts have addresses of their own."""
    assert browser.post(f"/orders/{ORDER}").status_code == 405


def test_hostile_text_is_shown_as_text(browser: Client, peers: Peers) -> None:
    """From whichever service it comes."""
    peers.order = {
        **order("CANCELLED"),
        "customerId": HOSTILE,
        "cancellationReason": HOSTILE,
        "items": [
            {"productId": "P", "productName": HOSTILE, "quantity": 1, "price": 1}
        ],
    }
    bad = command(1, "CREATE_ORDER", reason=HOSTILE)
    bad["type"], bad["headers"][HOSTILE] = HOSTILE, HOSTILE
    spoilt = {**letter("M", "DEAD"), "error": HOSTILE, "type": HOSTILE}
    peers.mailboxes["order"] = answer(
        sent=[bad], letters=[spoilt], actions=[action("x", reason=HOSTILE)]
    )
    peers.payments = [
        attempt("FAILED", failureReason=HOSTILE, toss={"status": HOSTILE})
    ]
    page = text_of(browser)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not re.search(r"\sstyle=", page)


def test_takes_as_many_queries_for_a_long_story_as_for_a_short_one(
    browser: Client, peers: Peers, django_assert_max_num_queries: Any
) -> None:
    """Nothing is read row by row."""
    row = saga("COMPENSATED")
    messages = [command(n, "CREATE_ORDER", n) for n in range(300)]
    peers.mailboxes["order"] = answer(sent=messages)
    with django_assert_max_num_queries(9):
        page = text_of(browser, f"/orders/{row.order_id}")
    assert "more in between" in page
    whole = text_of(browser, f"/orders/{row.order_id}?all=1")
    assert "more in between" not in whole


def test_production_asks_who_is_there(
    browser: Client, peers: Peers, settings: Any
) -> None:
    """Nobody sees an order without signing in."""
    settings.APP_PROFILE = "production"
    answered = browser.get(f"/orders/{ORDER}", headers=HTML)
    assert answered.status_code == 302
    assert peers.asked == []


@pytest.mark.parametrize("group", ["viewer", "operator"])
def test_production_offers_acts_to_operators(
    browser: Client, peers: Peers, settings: Any, group: str
) -> None:
    """A viewer's buttons say why they do nothing."""
    row = saga("COMPENSATED")
    settings.APP_PROFILE = "production"
    user = User.objects.create_user(username="kim")
    user.groups.add(Group.objects.get(name=group))
    browser.force_login(user)
    page = text_of(browser, f"/orders/{row.order_id}")
    can = group == "operator"
    assert (f'href="/sagas/{row.saga_id}/retry"' in page) is can
    assert ("You may look, but not act." in page) is not can
