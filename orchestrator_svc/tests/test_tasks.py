"""What beat rings for, and the bell of a new job."""

from __future__ import annotations

from datetime import timedelta

import pytest
from kombu.exceptions import OperationalError

from common import clock
from common.storage.transactions import atomic
from orchestrator_svc.engine import tasks
from orchestrator_svc.tests.factories import NOW, saga

pytestmark = pytest.mark.django_db


def test_expiry_goes_on_until_nothing_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batch after batch."""
    monkeypatch.setattr(tasks, "BATCH", 2)
    for number in range(5):
        saga("PAYMENT_PROCESSING", number)
    with clock.clock_set_to(lambda: NOW + timedelta(seconds=6)):
        assert tasks.expire_sagas() == 5
        assert tasks.expire_sagas() == 0


def test_the_bell_rings_once_the_job_is_kept(
    rung: list[str], django_capture_on_commit_callbacks: object
) -> None:
    """Not before."""
    capture: object = django_capture_on_commit_callbacks
    assert callable(capture)
    with capture(execute=True), atomic():
        tasks.ring_for_jobs()
        assert rung == []
    assert rung == ["ring"]


def test_a_broker_that_is_away_fails_nobody(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    """Beat rings every few seconds too."""

    def away() -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.run_retry_jobs, "delay", away)
    capture: object = django_capture_on_commit_callbacks
    assert callable(capture)
    with capture(execute=True):
        tasks.ring_for_jobs()
