"""Faults are turned on by somebody, for a time, in demo and test; never else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from common.faults import injection, services
from common.faults.file import FaultFile
from common.faults.record import Action, Fault
from common.storage.transactions import atomic
from common.web.errors import BadRequest, NotFound, StateConflict
from common.web.models import AuditEntry
from tests.common.faults.conftest import NOON, Time, fault

pytestmark = pytest.mark.django_db(transaction=True)


def turn_on(**changes: Any) -> Fault:
    """Have requests crash once, with changes."""
    given: dict[str, Any] = {
        "by": "me",
        "point": "order.request",
        "action": Action.CRASH,
        "rate": 0.5,
        "times": 1,
        "seconds": 0.0,
        "lasts": timedelta(seconds=30),
        "reason": "to see it",
    }
    return services.turn_on(**{**given, **changes})


@pytest.fixture
def watching_as_before() -> Iterator[None]:
    """What a test installs is gone after it."""
    before = injection._watch
    yield
    injection.install(before)


def test_a_fault_is_on_and_in_the_audit_trail(file: FaultFile, time: Time) -> None:
    """With who, why and until when."""
    made = turn_on()
    assert made.fault_id.startswith("FAULT-")
    assert (made.at, made.until) == (NOON, NOON + timedelta(seconds=30))
    assert file.read() == [made]
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action) == ("me", "fault.turn_on")
    assert (entry.target, entry.reason) == ("order.request", "to see it")
    assert entry.detail == {
        "faultId": made.fault_id,
        "action": "crash",
        "rate": 0.5,
        "times": 1,
        "seconds": 0.0,
    }


def test_what_is_rolled_back_is_not_on(file: FaultFile) -> None:
    """No fault is on of which the audit trail does not know."""

    def try_it() -> None:
        with atomic():
            turn_on()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        try_it()
    assert (file.read(), AuditEntry.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"point": "order.requests"}, "point: must be a point of this service: order."),
        ({"point": "payment.handle"}, "point: must be a point of this service: order."),
        ({"action": Action.FAIL}, "action: must be crash or slow at order.request"),
        ({"action": Action.SLOW}, "seconds: is for slow, which needs it"),
        ({"seconds": 1.0}, "seconds: is for slow, which needs it"),
    ],
)
def test_what_a_point_does_not_offer_is_refused(
    file: FaultFile, changes: dict[str, Any], complaint: str
) -> None:
    """By name, and nothing is on."""
    with pytest.raises(BadRequest) as refused:
        turn_on(**changes)
    assert refused.value.detail.startswith(complaint)
    assert (file.read(), AuditEntry.objects.count()) == ([], 0)


def test_there_is_a_most_that_may_be_on(
    file: FaultFile, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the file stays small."""
    monkeypatch.setattr(services, "MOST_ON", 1)
    made = turn_on()
    with pytest.raises(StateConflict) as refused:
        turn_on()
    assert refused.value.problem_code == "TOO_MANY_FAULTS"
    assert file.read() == [made]


def test_every_process_has_heard_of_it(
    file: FaultFile, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the answer comes; an order takes less time than they go without looking."""
    monkeypatch.setattr("common.faults.services.time.sleep", time.wait)
    worker = injection.Watch("order", file, tick=lambda: time.ticks)
    assert not worker.happens("order.handle")
    turn_on(point="order.handle", action=Action.FAIL, rate=1, times=None)
    assert worker.happens("order.handle")
    services.turn_off(by="you")
    assert not worker.happens("order.handle")


def test_all_are_turned_off(file: FaultFile, time: Time) -> None:
    """Each is in the audit trail; once more is no error."""
    first, second = turn_on(), turn_on(point="order.handle")
    assert services.turn_off(by="you", reason="seen") == [first, second]
    assert file.read() == []
    entries = AuditEntry.objects.filter(action="fault.turn_off", reason="seen")
    assert {entry.target for entry in entries} == {"order.request", "order.handle"}
    assert services.turn_off(by="you") == []


def test_one_is_turned_off(file: FaultFile, time: Time) -> None:
    """Once; then there is none of this id."""
    first, second = turn_on(), turn_on()
    assert services.turn_off(by="you", fault_id=first.fault_id) == [first]
    assert file.read() == [second]
    with pytest.raises(NotFound, match=f"There is no fault {first.fault_id}"):
        services.turn_off(by="you", fault_id=first.fault_id)


@pytest.mark.parametrize("profile", ["production", "staging", None])
def test_no_other_profile_has_faults(
    file: FaultFile, settings: Any, profile: str | None, watching_as_before: None
) -> None:
    """None can be turned on or off there, and no process watches for one."""
    settings.APP_PROFILE = profile
    with pytest.raises(services.FaultsForbidden, match="demo and test only"):
        turn_on()
    with pytest.raises(services.FaultsForbidden):
        services.turn_off(by="me")
    file.add(fault("order.request", until=NOON + timedelta(days=36500)))
    apps.get_app_config("faults").ready()
    assert injection._watch is None
    assert injection.happens("service.request") is False


def test_a_process_of_a_demo_watches_from_its_start(
    file: FaultFile, time: Time, settings: Any, watching_as_before: None
) -> None:
    """Its service's file."""
    settings.APP_PROFILE = "demo"
    file.add(fault("order.request"))
    apps.get_app_config("faults").ready()
    assert injection.happens("service.request") is True
