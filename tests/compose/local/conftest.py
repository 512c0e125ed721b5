"""A stack of two small processes under a real supervisor."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compose.local.stack import Stack
from compose.local.topology import ProcessSpec, repository

MODULE = "tests.compose.local.fake_service"


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def fake_processes(
    state_dir: Path, *, worker_does: str = "work"
) -> tuple[ProcessSpec, ...]:
    """A web process and a worker of a service called fake."""
    port = free_port()
    environment = {"STATE_DIR": str(state_dir), "PYTHONPATH": str(repository)}
    web = ("-m", "compose.local.process", "web", f"{MODULE}:application", str(port))
    worker = ("-m", MODULE, worker_does)
    return (
        ProcessSpec(
            "fake-web", "web", "fake", port, (sys.executable, *web), environment
        ),
        ProcessSpec(
            "fake-worker",
            "worker",
            "fake",
            port,
            (sys.executable, *worker),
            environment,
        ),
    )


MakeStack = Callable[..., Stack]


@pytest.fixture
def make_stack(tmp_path: Path) -> Iterator[MakeStack]:
    """Makes stacks that are stopped at the test's end."""
    made: list[Stack] = []

    def make(**how: str) -> Stack:
        state_dir = tmp_path / "state"
        stack = Stack(state_dir, processes=fake_processes(state_dir, **how))
        made.append(stack)
        return stack

    yield make
    for stack in made:
        stack.stop()


@pytest.fixture
def running(make_stack: MakeStack) -> Stack:
    """A stack that is up and healthy."""
    stack = make_stack()
    stack.start()
    stack.wait_healthy(20)
    return stack
