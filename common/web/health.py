"""Is this service well: of itself, of what it needs, and of its worker.

`/livez` says the process answers, `/readyz` that it can serve, `/health` the whole
picture with latencies and lag. Each check has a time limit of its own.
"""

from __future__ import annotations

import contextvars
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from kombu.connection import Connection

from common.contracts import money
from common.contracts.topics import group_of
from common.log.connect import connect
from common.log.port import Log
from common.storage.database import current_database, ping
from common.web.json import encode
from common.web.reads import reads_only

TIME_LIMIT_S = 2.0
UP, DOWN = "up", "down"
Detail = dict[str, Any]
Check = Callable[[], Detail]


class Unwell(Exception):
    """What was checked answers, and is not as it must be."""


_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")


@lru_cache(maxsize=1)
def event_log() -> Log:
    """The log as this process looks at it; opened when first asked for."""
    return connect(settings.LOG_URL)


def database_answers() -> Detail:
    """The service's database runs a statement."""
    ping()
    return {}


def log_answers() -> Detail:
    """The log answers; says how far the service's group is behind."""
    admin = event_log().admin()
    admin.ping()
    topics: Counter[str] = Counter()
    for part in admin.lag(group_of(settings.SERVICE_NAME)):
        topics[part.topic] += part.lag
    return {"lag": topics.total(), "topics": dict(sorted(topics.items()))}


def worker_reads() -> Detail:
    """The service's consumer group has a live member."""
    group = group_of(settings.SERVICE_NAME)
    members = event_log().admin().members(group)
    if not members:
        raise Unwell(f"no worker reads for {group}; is it running?")
    return {"members": [member.member_id for member in members]}


def broker_answers() -> Detail:
    """Celery's broker takes a connection, and a folder broker can be written."""
    with current_app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=TIME_LIMIT_S)
        _check_folder(connection)
    return {}


def _check_folder(connection: Connection) -> None:
    folder = (connection.transport_options or {}).get("data_folder_out")
    if folder and not (Path(folder).is_dir() and os.access(folder, os.W_OK)):
        raise Unwell(f"the broker's folder {folder} cannot be written")


CHECKS: Mapping[str, Check] = {
    "database": database_answers,
    "log": log_answers,
    "broker": broker_answers,
    "worker": worker_reads,
}


def run_checks(
    checks: Mapping[str, Check], limit: float = TIME_LIMIT_S
) -> dict[str, Detail]:
    """Run all at once; each one's {status, latencyMs, …} or {status, error}."""
    started = {
        name: _threads.submit(contextvars.copy_context().run, _timed, check)
        for name, check in checks.items()
    }
    deadline = time.monotonic() + limit
    found = {}
    for name, future in started.items():
        try:
            found[name] = future.result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            future.cancel()
            error = f"did not answer within {limit:g} seconds"
            found[name] = {"status": DOWN, "error": error}
    return found


def _timed(check: Check) -> Detail:
    start = time.perf_counter()
    try:
        detail = {"status": UP, **check()}
    except Exception as error:  # noqa: BLE001 - whatever is wrong is what we report
        detail = {"status": DOWN, "error": f"{type(error).__name__}: {error}"}
    finally:
        # These threads live on: what they hold goes back to the pool, or is dropped.
        connections[current_database()].close_if_unusable_or_obsolete()
    latency = (time.perf_counter() - start) * 1000
    return {**detail, "latencyMs": round(latency, 1)}


def unapplied_migrations() -> list[str]:
    """The names of migrations that the database has not had."""
    executor = MigrationExecutor(connections[current_database()])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _backwards in plan]


_migrated: set[str] = set()


def database_is_migrated() -> Detail:
    """Every migration is applied; asked until it is so, then remembered."""
    alias = current_database()
    if alias not in _migrated:
        if missing := unapplied_migrations():
            raise Unwell(f"{len(missing)} migrations are missing; run migrate")
        _migrated.add(alias)
    return {}


READY_CHECKS: Mapping[str, Check] = {
    "database": database_answers,
    "migrations": database_is_migrated,
}


@reads_only
def livez(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return answer({"service": settings.SERVICE_NAME, "status": "ok"}, 200)


@reads_only
def readyz(request: HttpRequest) -> HttpResponse:
    """This service can serve: 200, else 503."""
    return report(READY_CHECKS)


@reads_only
def health(request: HttpRequest) -> HttpResponse:
    """This service and all it needs are well: 200, else 503."""
    return report(CHECKS)


def report(checks: Mapping[str, Check]) -> HttpResponse:
    """What the checks found: 200 where all is up, else 503."""
    found = run_checks(checks)
    well = all(detail["status"] == UP for detail in found.values())
    body = {
        "service": f"{settings.SERVICE_NAME}-service",
        "status": "ok" if well else "error",
        "version": settings.APP_VERSION,
        "currency": money.current_code(),
        "checks": found,
    }
    return answer(body, 200 if well else 503)


def answer(body: Detail, status: int) -> HttpResponse:
    """A look's answer; one that is not well says when to look again."""
    headers = {} if status == 200 else {"Retry-After": "1"}
    return HttpResponse(
        encode(body), status=status, content_type="application/json", headers=headers
    )
