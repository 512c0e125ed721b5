"""Orders go out once each, whatever comes between."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from orchestrator_svc.playground import sending, tasks
from orchestrator_svc.playground.models import Run
from orchestrator_svc.playground.services import stop_run
from orchestrator_svc.tests.playground.conftest import Peers, stored

pytestmark = pytest.mark.django_db
LED = ("orchestrator", "POST /api/orchestrator/orders")
HEARD = ("order", "POST /api/orders")


def accept(request: httpx.Request) -> dict[str, Any]:
    """An order whose id is its key."""
    return {"orderId": f"ORD-{request.headers['Idempotency-Key']}"}


@pytest.fixture(autouse=True)
def _both_take_orders(services: Peers) -> None:
    services.say(*LED, accept)
    services.say(*HEARD, accept)


def test_orders_are_sent_in_turn(services: Peers) -> None:
    """Each with a key of its own, to the service of its pattern."""
    run = stored(total=3)
    assert sending.send_for_a_while() == 3
    run.refresh_from_db()
    assert run.orders == [f"ORD-{run.run_id}/{number}" for number in range(3)]
    assert (run.status, run.trouble) == ("SENT", "")
    assert [service for service, _request in services.asked] == [
        "orchestrator",
        "order",
        "orchestrator",
    ]
    assert json.loads(services.asked[1][1].content) == {
        "customerId": run.run_id,
        "items": [
            {
                "productId": "PROD002",
                "productName": "Mouse",
                "quantity": 1,
                "price": 29.99,
            }
        ],
        "paymentMethod": "AUTO",
    }


def test_a_service_that_does_not_answer_is_asked_again(services: Peers) -> None:
    """With the same key; what was sent before is kept, and the rest waits."""
    services.say(*HEARD, 503)
    run = stored(total=4)
    assert sending.send_for_a_while() == 1
    run.refresh_from_db()
    assert (run.sent, run.status) == (1, "SENDING")
    assert run.trouble == "the order service does not answer"
    services.say(*HEARD, accept)
    assert sending.send_for_a_while() == 3
    run.refresh_from_db()
    assert (run.sent, run.status, run.trouble) == (4, "SENT", "")
    keys = [request.headers["Idempotency-Key"] for _service, request in services.asked]
    assert keys[1:3] == [f"{run.run_id}/1"] * 2


def test_an_order_that_is_refused_is_passed_over(services: Peers) -> None:
    """It has no id; the others are sent."""
    services.say(*HEARD, 400)
    run = stored(total=3)
    sending.send_for_a_while()
    sending.send_for_a_while()
    run.refresh_from_db()
    assert run.orders == [f"ORD-{run.run_id}/0", "", f"ORD-{run.run_id}/2"]
    assert run.status == "SENT"


def test_a_run_that_is_stopped_sends_no_more(services: Peers) -> None:
    """What is under way is kept, and no more follows."""
    run = stored(total=100)

    def stop(request: httpx.Request) -> dict[str, Any]:
        stop_run(run_id=run.run_id, by="lee")
        return accept(request)

    services.say(*LED, stop)
    sending.send_for_a_while()
    run.refresh_from_db()
    assert (run.status, run.sent) == ("STOPPED", sending.NOTE_EVERY)
    assert sending.send_for_a_while() == 0


def test_a_pass_is_short(services: Peers) -> None:
    """The worker has other tasks; it is rung again."""
    run = stored(total=100)
    ticks = iter([0.0, 0.0, sending.PASS_S + 1, sending.PASS_S + 1])
    assert sending.send_for_a_while(lambda: next(ticks)) == 1
    run.refresh_from_db()
    assert (run.sent, run.status) == (1, "SENDING")


def test_what_another_has_noted_is_not_noted_twice(services: Peers) -> None:
    """Of two workers the second finds its orders there already."""
    run = stored(total=2)

    def meanwhile(request: httpx.Request) -> dict[str, Any]:
        Run.objects.filter(pk=run.run_id).update(
            orders=["ORD-1", "ORD-2"], status="SENT"
        )
        return accept(request)

    services.say(*LED, meanwhile)
    sending.send_for_a_while()
    run.refresh_from_db()
    assert run.orders == ["ORD-1", "ORD-2"]


def test_the_task_rings_again_while_there_is_more(
    services: Peers, bell: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather than wait for the beat."""
    stored(total=3)
    monkeypatch.setattr(sending, "PASS_S", -1)
    assert (tasks.send_orders(), bell) == (0, [])
    monkeypatch.setattr(sending, "PASS_S", 10)
    assert (tasks.send_orders(), bell) == (3, [])


def test_nothing_is_sent_in_production(services: Peers, as_in_production: None) -> None:
    """Not even a run that is left from before."""
    stored()
    assert tasks.send_orders() == 0
    assert services.asked == []
