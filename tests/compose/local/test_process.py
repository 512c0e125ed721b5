"""What supervisor and containers start, as a real process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from compose.local import process
from compose.local.supervision import wait_until
from compose.local.topology import repository
from tests.compose.local.conftest import MODULE, free_port
from tests.compose.local.namespace import in_its_own_namespace

RUN = (sys.executable, "-m", "compose.local.process")


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines that Celery was given, instead of its running them."""
    import celery.__main__

    given: list[list[str]] = []
    monkeypatch.setattr(celery.__main__, "main", lambda: given.append(sys.argv))
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.setenv("WORKER_NAME", "")
    return given


def test_a_worker_takes_the_name_it_is_given(named: list[list[str]]) -> None:
    """For Celery, and for its settings."""
    process.work("order_svc", "order-worker-7")
    assert "order-worker-7@%h" in named[0]
    assert os.environ["WORKER_NAME"] == "order-worker-7"


def test_a_worker_without_a_name_takes_its_hosts(
    named: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two containers of one command have two names."""
    monkeypatch.setattr("socket.gethostname", lambda: "c0ffee")
    process.work("order_svc")
    assert "order-worker-c0ffee@%h" in named[0]
    assert os.environ["WORKER_NAME"] == "order-worker-c0ffee"


def answers(port: int) -> bool:
    """True when the fake service serves."""
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/readyz", timeout=2
        ) as got:
            return bool(got.status == 200)
    except OSError:
        return False


def test_a_web_server_can_be_process_1_of_a_container(tmp_path: Path) -> None:
    """It serves though its parent is out of sight, and ends when it is told to.

    Process 1 has no default for SIGTERM: one that did not handle it would be killed
    only after the container's grace.
    """
    unshare = in_its_own_namespace()
    port = free_port()
    command = (*RUN, "web", f"{MODULE}:application", str(port))
    note = tmp_path / "pid"
    script = f'echo $$ > {note}; exec "$@"'
    running = subprocess.Popen(
        [*unshare, "/bin/sh", "-c", script, "sh", *command],
        cwd=repository,
        env=os.environ | {"STATE_DIR": str(tmp_path), "PYTHONPATH": str(repository)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert wait_until(lambda: answers(port), 20)
        assert note.read_text().strip() == "1"
        (first,) = _children(running.pid)
        os.kill(first, signal.SIGTERM)
        assert wait_until(lambda: running.poll() is not None, 10)
        assert not answers(port)
    finally:
        running.kill()
        running.communicate(timeout=10)


def _children(pid: int) -> list[int]:
    """The children of a process."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]
