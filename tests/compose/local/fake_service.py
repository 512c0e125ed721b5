"""A service small enough to start in no time: one WSGI application, one worker.

The application answers /readyz and /health as a real service does; the worker writes
its process id to STATE_DIR/run/fake-worker, and /health looks whether that one lives.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from compose.local.parent import die_with_parent


def note() -> Path:
    """Where the worker says who it is."""
    return Path(os.environ["STATE_DIR"]) / "run" / "fake-worker"


def worker_is_alive() -> bool:
    """True when the process that wrote the note exists."""
    try:
        os.kill(int(note().read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def application(
    environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """`/health` with the worker's state, the answering process's id elsewhere."""
    if environ["PATH_INFO"] == "/health":
        state = "up" if worker_is_alive() else "down"
        body: dict[str, Any] = {"checks": {"worker": {"status": state}}}
    else:
        body = {"pid": os.getpid()}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]


def work() -> None:
    """Say who we are, then wait for SIGTERM."""
    die_with_parent()
    note().write_text(str(os.getpid()))
    print("the worker works", flush=True)
    signal.sigwait({signal.SIGTERM})


if __name__ == "__main__":
    if sys.argv[1] == "fail":
        sys.exit("the fake can't find its database")
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    work()
