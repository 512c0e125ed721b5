"""What changed is told to the merchant, again and again until it is heard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone
from pytest_django import Settings

from compose.toss_sandbox import chores, webhooks
from compose.toss_sandbox.models import Status, Webhook
from tests.compose.toss_sandbox.desk import Desk, payment_of

URL = "http://127.0.0.1:3002/api/payments/webhook"


class Merchant:
    """Answers webhooks with a status, or not at all."""

    def __init__(self) -> None:
        self.status: int | None = 200
        self.heard: list[httpx.Request] = []
        self.client = httpx.Client(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        if self.status is None:
            raise httpx.ConnectError("nobody there")
        return httpx.Response(self.status)

    def statuses(self) -> list[tuple[str, str]]:
        """Order and status of each payment that was told of."""
        data = [json.loads(one.content)["data"] for one in self.heard]
        return [(one["orderId"], one["status"]) for one in data]


@pytest.fixture
def merchant(settings: Settings) -> Iterator[Merchant]:
    """A merchant who listens."""
    settings.WEBHOOK_URL = URL
    found = Merchant()
    yield found
    found.client.close()


class InPlace(ThreadPoolExecutor):
    """Works where it is asked: the test's transaction is this thread's."""

    def submit(  # type: ignore[override]
        self, fn: Callable[..., object], /, *args: object, **kwargs: object
    ) -> Future[object]:
        done: Future[object] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """No threads beside the test's own."""
    with InPlace(1) as found:
        yield found


def send_all(merchant: Merchant) -> None:
    """Send every webhook there is, once."""
    for webhook in Webhook.objects.order_by("id"):
        webhooks.send(merchant.client, webhook)


def test_every_change_is_told(desk: Desk, merchant: Merchant) -> None:
    """Charged, partly given back, given back, declined; and then it is forgotten."""
    key = desk.paid()
    desk.cancel(key, {"cancelReason": "x", "cancelAmount": 9})
    desk.cancel(key, {"cancelReason": "x"})
    desk.confirm(desk.agree("ORD-000002", cardNumber="4000000000000002"))
    send_all(merchant)
    assert merchant.statuses() == [
        ("ORD-000001", "DONE"),
        ("ORD-000001", "PARTIAL_CANCELED"),
        ("ORD-000001", "CANCELED"),
        ("ORD-000002", "ABORTED"),
    ]
    assert not Webhook.objects.exists()


def test_a_webhook_has_toss_s_form(desk: Desk, merchant: Merchant) -> None:
    """Type, time and payment, and which try it is."""
    desk.paid()
    send_all(merchant)
    (request,) = merchant.heard
    body = json.loads(request.content)
    assert set(body) == {"eventType", "createdAt", "data"}
    assert body["eventType"] == "PAYMENT_STATUS_CHANGED"
    assert (str(request.url), request.method) == (URL, "POST")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["tosspayments-webhook-transmission-retried-count"] == "0"


@pytest.mark.parametrize("status", [None, 201, 404, 500])
def test_what_is_not_heard_is_told_again_later(
    desk: Desk, merchant: Merchant, status: int | None
) -> None:
    """Only 200 is heard; the pauses grow."""
    merchant.status = status
    desk.paid()
    pauses = []
    for _ in range(3):
        before = timezone.now()
        send_all(merchant)
        pause = Webhook.objects.get().next_try_at - before
        pauses.append(int(pause.total_seconds()))
    assert pauses == [1, 4, 16]
    merchant.status = 200
    send_all(merchant)
    assert not Webhook.objects.exists()


def test_after_the_last_try_it_is_given_up(desk: Desk, merchant: Merchant) -> None:
    """The first and seven more, as Toss does."""
    merchant.status = 500
    desk.paid()
    while Webhook.objects.exists():
        send_all(merchant)
    assert len(merchant.heard) == 8


def test_only_what_is_due_is_sent(
    desk: Desk, merchant: Merchant, pool: ThreadPoolExecutor
) -> None:
    """The rest waits for its time."""
    desk.paid()
    later = timezone.now() + timedelta(seconds=60)
    Webhook.objects.update(next_try_at=later)
    assert webhooks.send_due(merchant.client, pool) == 0
    Webhook.objects.update(next_try_at=timezone.now())
    assert webhooks.send_due(merchant.client, pool) == 1
    assert len(merchant.heard) == 1


def test_webhooks_can_be_held_back(
    desk: Desk, merchant: Merchant, pool: ThreadPoolExecutor
) -> None:
    """Until nobody wants that any more."""
    desk.behave(path="webhook", action="hold")
    desk.paid()
    chores.turn(merchant.client, pool)
    assert merchant.heard == []
    desk.client.delete("/sandbox/behaviour")
    chores.turn(merchant.client, pool)
    assert merchant.statuses() == [("ORD-000001", "DONE")]


def test_nobody_is_told_where_nobody_is_named(desk: Desk, settings: Settings) -> None:
    """With an empty address nothing is stored."""
    settings.WEBHOOK_URL = ""
    desk.paid()
    assert not Webhook.objects.exists()


def test_a_full_batch_is_followed_by_the_next(
    desk: Desk,
    merchant: Merchant,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At once, without the second's pause."""
    monkeypatch.setattr(webhooks, "BATCH", 1)
    for number in range(2):
        desk.paid(f"ORD-00000{number}")
    webhooks.rung.clear()
    chores.turn(merchant.client, pool)
    assert (len(merchant.heard), webhooks.rung.is_set()) == (1, True)
    chores.turn(merchant.client, pool)
    webhooks.rung.clear()
    chores.turn(merchant.client, pool)
    assert (len(merchant.heard), webhooks.rung.is_set()) == (2, False)


def test_a_change_that_is_undone_is_not_told(
    desk: Desk, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The news is part of the change."""
    body = desk.agree()

    def broken(*_arguments: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("compose.toss_sandbox.idempotency.keep", broken)
    assert desk.confirm(body).status_code == 500
    assert not Webhook.objects.exists()
    assert payment_of().status == Status.IN_PROGRESS
