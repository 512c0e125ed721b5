"""What happens without being asked: webhooks go out, sessions expire, logs are cut."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import structlog
from django.db import DatabaseError, connection

from compose.toss_sandbox import idempotency, request_log, sessions, webhooks

log = structlog.get_logger(__name__)

LOOK_S = 1.0
CUT_EVERY_S = 60.0


def start() -> threading.Thread:
    """Let them happen in the background, for as long as the process lives."""
    idempotency.forget_unfinished()
    thread = threading.Thread(target=_run, name="chores", daemon=True)
    thread.start()
    return thread


def _run() -> None:
    cut_at = 0.0
    with (
        httpx.Client(timeout=webhooks.TIMEOUT_S, trust_env=False) as client,
        ThreadPoolExecutor(webhooks.AT_ONCE, "webhook") as pool,
    ):
        while True:
            webhooks.rung.wait(LOOK_S)
            webhooks.rung.clear()
            try:
                turn(client, pool)
                if time.monotonic() > cut_at:
                    cut()
                    cut_at = time.monotonic() + CUT_EVERY_S
            except DatabaseError:
                # What was to be done is still in the books, and done in a second.
                log.exception("toss_sandbox.chore_failed")
                connection.close()


def turn(client: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """What is due is done; a full batch is followed by the next at once."""
    sessions.expire()
    if webhooks.send_due(client, pool) == webhooks.BATCH:
        webhooks.rung.set()


def cut() -> None:
    """What nobody will ask for any more is gone."""
    idempotency.forget_old()
    request_log.forget_old()
