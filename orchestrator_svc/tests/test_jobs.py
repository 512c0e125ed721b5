"""A job retries many sagas, a chunk a transaction, and says how far it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from common.web.models import AuditEntry
from orchestrator_svc import engine
from orchestrator_svc.engine import jobs, tasks
from orchestrator_svc.engine.models import RetryJob, SagaInstance
from orchestrator_svc.tests.factories import NOW, saga

pytestmark = pytest.mark.django_db
Sent = Callable[[], list[tuple[str, str]]]


def test_a_job_retries_what_it_can_and_lists_what_it_cannot(sent: Sent) -> None:
    """Each refusal with its code."""
    failed, done = saga("FAILED", 1), saga("COMPLETED", 2)
    job = jobs.create(saga_ids=[failed.saga_id, done.saga_id, "SAGA-x"], by="lee")
    assert (job.status, job.total) == ("WAITING", 3)
    assert jobs.run(job.job_id) == 1
    job.refresh_from_db()
    assert (job.status, job.done, job.retried) == ("DONE", 3, 1)
    assert list(job.refusals.values_list("saga_id", "code")) == [
        (done.saga_id, "COMPLETED"),
        ("SAGA-x", "NOT_FOUND"),
    ]
    assert sent() == [("CREATE_ORDER", f"{failed.saga_id}/2")]


def test_a_job_is_audited() -> None:
    """Who, why and how many."""
    job = jobs.create(saga_ids=["SAGA-x"], by="lee", reason="restocked")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target, entry.reason, entry.detail) == (
        "saga.retry_many",
        job.job_id,
        "restocked",
        {"sagas": 1},
    )


def test_a_job_goes_chunk_by_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """And can be watched."""
    monkeypatch.setattr(jobs, "CHUNK", 2)
    rows = [saga("FAILED", number) for number in range(5)]
    job = jobs.create(saga_ids=[row.saga_id for row in rows], by="lee")
    seen: list[tuple[str, int]] = []
    jobs.run(job.job_id, watch=lambda one: seen.append((one.status, one.done)))
    assert seen == [("RUNNING", 2), ("RUNNING", 4), ("DONE", 5)]


def test_a_chunk_does_not_read_the_ids_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor what was refused; else ten times as many take a hundred times as long."""
    monkeypatch.setattr(jobs, "CHUNK", 2)
    job = jobs.create(saga_ids=[saga("FAILED", n).saga_id for n in range(5)], by="lee")
    unread: list[set[str]] = []
    jobs.run(job.job_id, watch=lambda one: unread.append(one.get_deferred_fields()))
    assert unread == [{"saga_ids", "refused"}] * 3


def test_a_job_that_was_cut_off_goes_on_where_it_was() -> None:
    """Nothing is retried twice."""
    rows = [saga("FAILED", number) for number in range(3)]
    job = jobs.create(saga_ids=[row.saga_id for row in rows], by="lee")
    RetryJob.objects.update(done=2, status="RUNNING")
    assert tasks.run_retry_jobs() == 1
    attempts = SagaInstance.objects.order_by("saga_id").values_list("attempt")
    assert [attempt for (attempt,) in attempts] == [1, 1, 2]
    job.refresh_from_db()
    assert job.status == "DONE"


def test_a_job_that_is_done_is_left_alone() -> None:
    """However often the bell rings."""
    row = saga("FAILED")
    jobs.create(saga_ids=[row.saga_id], by="lee")
    assert [tasks.run_retry_jobs(), tasks.run_retry_jobs()] == [1, 0]


def test_what_older_jobs_refused_is_kept() -> None:
    """The migration makes rows of the list, in the job's order."""
    refused = [{"sagaId": "SAGA-2", "code": "COMPLETED"}]
    job = jobs.create(saga_ids=["SAGA-1", "SAGA-2"], by="lee")
    RetryJob.objects.update(status="DONE", done=2, retried=1, refused=refused)
    import_module(f"{engine.__name__}.migrations.0002_retry_refusals").move(apps, None)
    refusal = job.refusals.get()
    assert (refusal.refusal_id, refusal.number) == (f"{job.job_id}/1", 1)
    assert (refusal.saga_id, refusal.code) == ("SAGA-2", "COMPLETED")


def test_no_saga_is_no_job() -> None:
    """Rather than one that is done before it began."""
    with pytest.raises(jobs.NothingToRetry):
        jobs.create(saga_ids=[], by="lee")


def test_sagas_are_named_or_chosen_by_status() -> None:
    """Oldest first; without either: all that did not complete."""
    old = saga("COMPENSATED", 1, now=NOW - timedelta(hours=1)).saga_id
    new = saga("FAILED", 2).saga_id
    saga("COMPLETED", 3)
    assert jobs.sagas_to_retry(None, None) == [old, new]
    assert jobs.sagas_to_retry(None, ["FAILED"]) == [new]
    assert jobs.sagas_to_retry(["b", "a", "b"], None) == ["b", "a"]


def test_a_preview_tries_nothing() -> None:
    """It gives the code of each refusal."""
    row = saga("FAILED")
    assert list(jobs.preview([row.saga_id, "SAGA-x"])) == [
        (row.saga_id, ""),
        ("SAGA-x", "NOT_FOUND"),
    ]
    assert SagaInstance.objects.get().attempt == 1
