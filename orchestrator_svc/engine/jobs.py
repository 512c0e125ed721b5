"""Retrying many sagas: a row that says what to do and how far it is.

A chunk of retries and the job's progress are one transaction, so a job that was cut
off goes on where it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from common import clock, identity
from common.messaging import outbox
from common.saga import RetryAsked, RetryBlocked, retry_blocked_reason
from common.storage.bulk import insert_rows, update_rows
from common.storage.transactions import run_atomically
from common.web import audit
from orchestrator_svc.engine.book import SagaBook, state_of
from orchestrator_svc.engine.models import (
    LONG,
    JobStatus,
    RetryJob,
    RetryRefusal,
    SagaInstance,
)

CHUNK = 100
MAX_SAGAS = 100_000
RETRYABLE_STATUSES = ("FAILED", "COMPENSATED")
NOT_FOUND = "NOT_FOUND"

Watch = Callable[[RetryJob], None]


class NothingToRetry(ValueError):
    """No saga was named, or none is in a state that can be retried."""


def sagas_to_retry(
    saga_ids: Sequence[str] | None, statuses: Sequence[str] | None
) -> list[str]:
    """The sagas a request means: those named, or all of the statuses, oldest first."""
    if saga_ids is not None:
        return list(dict.fromkeys(saga_ids))
    rows = SagaInstance.objects.filter(status__in=statuses or RETRYABLE_STATUSES)
    ordered = rows.order_by("created_at", "saga_id")
    return list(ordered.values_list("saga_id", flat=True)[:MAX_SAGAS])


def job_id_of(by: str, key: str) -> str:
    """The id of the job this caller asks for by this key: one, however often."""
    return f"JOB-{uuid.uuid5(uuid.NAMESPACE_OID, f'{by}/{key}')}"


def create(
    *, saga_ids: Sequence[str], by: str, reason: str = "", job_id: str = ""
) -> RetryJob:
    """Store a job over these sagas, as `job_id` if given. Raises NothingToRetry."""
    if not saga_ids:
        raise NothingToRetry("There is no saga to retry")
    now = clock.now()
    job = RetryJob(
        job_id=job_id or f"JOB-{identity.new_uuid()}",
        status=JobStatus.WAITING,
        by=by,
        reason=reason,
        saga_ids=list(saga_ids),
        total=len(saga_ids),
        created_at=now,
        updated_at=now,
    )

    def unit() -> None:
        insert_rows(RetryJob, [job])
        detail = {"sagas": len(saga_ids)}
        audit.record(by, "saga.retry_many", job.job_id, reason=reason, detail=detail)

    run_atomically(unit)
    return job


def run_all() -> int:
    """Work on all jobs that are not done, oldest first; return how many retries."""
    total = 0
    open_jobs = RetryJob.objects.exclude(status=JobStatus.DONE).order_by("created_at")
    for job_id in list(open_jobs.values_list("job_id", flat=True)):
        total += run(job_id)
    return total


def run(job_id: str, watch: Watch = lambda job: None) -> int:
    """Work on one job until it is done; return how many sagas it retried.

    `watch` is shown the job after each chunk.
    """
    # They never change, and there may be very many: read once, not with each chunk.
    saga_ids = RetryJob.objects.values_list("saga_ids", flat=True).get(job_id=job_id)
    while True:
        job = run_atomically(lambda: _run_chunk(job_id, saga_ids, clock.now()))
        watch(job)
        if job.status == JobStatus.DONE:
            return job.retried


def preview(saga_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each saga with the code a retry would be refused with; "" where it would not."""
    for start in range(0, len(saga_ids), CHUNK):
        chunk = saga_ids[start : start + CHUNK]
        rows = SagaInstance.objects.filter(saga_id__in=chunk).order_by()
        codes = {row.saga_id: retry_blocked_reason(state_of(row)) for row in rows}
        for saga_id in chunk:
            yield saga_id, codes.get(saga_id, NOT_FOUND) or ""


def _run_chunk(job_id: str, saga_ids: Sequence[str], now: datetime) -> RetryJob:
    job = RetryJob.objects.defer(*LONG).get(job_id=job_id)
    if job.status == JobStatus.DONE:
        return job
    chunk = saga_ids[job.done : job.done + CHUNK]
    book = SagaBook(SagaInstance.objects.filter(saga_id__in=chunk).order_by(), now)
    refused = []
    for number, saga_id in enumerate(chunk, start=job.done):
        if code := _retry(job, book, saga_id):
            refused.append(_refusal(job, number, saga_id, code))
    insert_rows(RetryRefusal, refused)
    outbox.append(book.write())
    job.done += len(chunk)
    finished = job.done >= job.total
    job.status = JobStatus.DONE if finished else JobStatus.RUNNING
    job.updated_at = now
    update_rows(RetryJob, [job], ["status", "done", "retried", "updated_at"])
    return job


def _retry(job: RetryJob, book: SagaBook, saga_id: str) -> str:
    """The code it is refused with; "" where it is under way again."""
    if saga_id not in book:
        return NOT_FOUND
    try:
        event = RetryAsked(by=job.by, reason=job.reason)
        book.apply(saga_id, event, causation_id=job.job_id)
    except RetryBlocked as blocked:
        return blocked.code
    job.retried += 1
    return ""


def _refusal(job: RetryJob, number: int, saga_id: str, code: str) -> RetryRefusal:
    return RetryRefusal(
        refusal_id=f"{job.job_id}/{number}",
        job_id=job.job_id,
        number=number,
        saga_id=saga_id,
        code=code,
    )
