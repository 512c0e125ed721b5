"""What the playground's buttons do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.faults.services import FaultsForbidden
from common.web import peers
from common.web.errors import StateConflict
from common.web.models import AuditEntry
from orchestrator_svc.playground import services
from orchestrator_svc.playground.faults import KINDS, Fault
from orchestrator_svc.playground.models import Run
from orchestrator_svc.tests.playground.conftest import BOTH, MOUSE, Peers, stored

pytestmark = pytest.mark.django_db
WANTED: dict[str, Any] = {
    "by": "lee",
    "total": 3,
    "modes": BOTH,
    "products": [MOUSE],
    "quantity": 2,
}
SLOW = Fault(kind=KINDS["slow"], service="order", percent=50, wait_s=3, lasts_s=30)


def test_a_run_is_kept_audited_and_rung_for(
    bell: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    """It outlives the page that started it."""
    with django_capture_on_commit_callbacks(execute=True):
        run = services.start_run(**WANTED)
    kept = Run.objects.get()
    assert (kept.run_id, kept.status, kept.sent) == (run.run_id, "SENDING", 0)
    assert [one.item.quantity for one in kept.plan.orders()] == [2, 2, 2]
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.target, entry.detail) == (
        "lee",
        "playground.start",
        run.run_id,
        {"orders": 3},
    )
    assert bell == ["ring"]


def test_one_run_is_sent_at_a_time() -> None:
    """The next is refused until all is sent or it is stopped."""
    first = services.start_run(**WANTED)
    with pytest.raises(StateConflict):
        services.start_run(**WANTED)
    services.stop_run(run_id=first.run_id, by="kim")
    assert services.start_run(**WANTED).is_open
    assert Run.objects.count() == 2


def test_old_runs_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once so many newer ones are there."""
    monkeypatch.setattr(services, "RUNS_KEPT", 2)
    for number in range(3):
        stored(number=number, status="SENT")
    run = services.start_run(**WANTED)
    kept = set(Run.objects.values_list("run_id", flat=True))
    assert len(kept) == 2
    assert run.run_id in kept


def test_a_run_is_stopped_once() -> None:
    """And one that is sent cannot be."""
    run = stored(orders=("a",))
    services.stop_run(run_id=run.run_id, by="kim")
    services.stop_run(run_id=run.run_id, by="kim")
    sent = stored(number=2, status="SENT")
    services.stop_run(run_id=sent.run_id, by="kim")
    run.refresh_from_db()
    sent.refresh_from_db()
    assert (run.status, sent.status) == ("STOPPED", "SENT")
    assert AuditEntry.objects.get().detail == {"sent": 1}


def test_a_fault_is_turned_on_where_it_is(others: Peers) -> None:
    """By the service's own API, with who did it."""
    others.say("order", "POST /api/faults", {"faultId": "FAULT-1"})
    services.turn_on(faults=[SLOW], by="lee")
    ((service, request),) = others.asked
    assert (service, request.url.path) == ("order", "/api/faults")
    assert json.loads(request.content) == {
        "point": "order.handle",
        "action": "slow",
        "rate": 0.5,
        "durationSeconds": 30,
        "seconds": 3,
        "reason": "on the playground",
    }
    assert request.headers["X-On-Behalf-Of"] == "lee"


def test_a_fault_may_strike_only_so_often(others: Peers) -> None:
    """And only what is slow says for how long."""
    others.say("payment", "POST /api/faults", {})
    crash = Fault(kind=KINDS["crash-after"], service="payment", times=3)
    services.turn_on(faults=[crash], by="이 씨")
    said = json.loads(others.asked[0][1].content)
    assert (said["point"], said["action"], said["times"]) == (
        "payment.before-publish",
        "crash",
        3,
    )
    assert "seconds" not in said
    assert others.asked[0][1].headers["X-On-Behalf-Of"] == "%EC%9D%B4%20%EC%94%A8"


def test_a_service_that_is_away_is_named(others: Peers) -> None:
    """Which is no error of ours."""
    with pytest.raises(peers.NoAnswer) as raised:
        services.turn_on(faults=[SLOW], by="lee")
    assert raised.value.service == "order"


def test_a_fault_that_is_off_already_is_no_error(others: Peers) -> None:
    """It ended by itself a moment ago."""
    others.say("order", "DELETE /api/faults/FAULT-1", 404)
    services.turn_off(service="order", fault_id="FAULT-1", by="lee")
    assert others.requests("DELETE") == [("order", "/api/faults/FAULT-1")]


def test_turning_all_off_asks_every_service(others: Peers) -> None:
    """And names those that do not answer."""
    for service in ("order", "payment", "orchestrator"):
        others.say(service, "DELETE /api/faults", {"turnedOff": []})
    assert services.turn_all_off(by="lee") == ["inventory"]
    assert len(others.requests("DELETE")) == 4


def test_the_shelves_are_filled(others: Peers) -> None:
    """By the inventory itself."""
    others.say("inventory", "POST /api/inventory/initialize", {})
    services.refill_stock(by="lee")
    assert others.requests("POST") == [("inventory", "/api/inventory/initialize")]


@pytest.mark.parametrize(
    "act",
    [
        lambda: services.start_run(**WANTED),
        lambda: services.turn_on(faults=[SLOW], by="lee"),
        lambda: services.turn_off(service="order", fault_id="FAULT-1", by="lee"),
        lambda: services.turn_all_off(by="lee"),
        lambda: services.refill_stock(by="lee"),
    ],
)
def test_production_refuses(act: Any, others: Peers, as_in_production: None) -> None:
    """Before anybody is asked anything."""
    with pytest.raises(FaultsForbidden):
        act()
    assert (others.asked, Run.objects.count()) == ([], 0)
