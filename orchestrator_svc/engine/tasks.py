"""Celery: deadlines of sagas, and jobs that retry many."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError as BrokerError

from common import clock
from common.storage.transactions import on_commit
from orchestrator_svc.engine import jobs, services

log = structlog.get_logger(__name__)

BEAT: dict[str, dict[str, Any]] = {
    "expire-sagas": {
        "task": "engine.expire_sagas",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "run-retry-jobs": {
        "task": "engine.run_retry_jobs",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
}

BATCH = 500


@shared_task(name="engine.expire_sagas")
def expire_sagas() -> int:
    """Resend, abort or flag what has waited too long, until nothing is due."""
    total = 0
    while count := services.expire(clock.now(), BATCH):
        total += count
        if count < BATCH:
            break
    return total


@shared_task(name="engine.run_retry_jobs")
def run_retry_jobs() -> int:
    """Go on with every job that is not done: a new one's doorbell, and its sweep."""
    return jobs.run_all()


def ring_for_jobs() -> None:
    """Once this transaction is kept, the worker looks for jobs at once."""
    on_commit(_ring_for_jobs)


def _ring_for_jobs() -> None:
    try:
        run_retry_jobs.delay()
    except (BrokerError, OSError) as error:
        # The job is stored; beat rings every few seconds too.
        log.warning("jobs.not_rung", error=str(error))
