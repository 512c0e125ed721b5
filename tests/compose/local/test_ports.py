"""Whose ports are taken, and what to do about it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from compose.local import ports
from compose.local.ports import given_away, require_free
from compose.local.problem import Problem
from compose.local.topology import ProcessSpec

HINT = (
    "Port {0} is in the range from which this system gives ports to outgoing "
    "connections ({0} to {1}); choose a smaller PORT_OFFSET."
)


@pytest.fixture
def outgoing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which the system says which ports it gives away."""
    file = tmp_path / "ip_local_port_range"
    monkeypatch.setattr(ports, "OUTGOING", file)
    return file


@pytest.fixture
def taken() -> Iterator[ProcessSpec]:
    """A process whose port somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        yield ProcessSpec("mongodb-payment", "infra", "mongodb", port, (), {})


def problem_of(spec: ProcessSpec) -> str:
    """What is said of its port."""
    with pytest.raises(Problem) as caught:
        require_free([spec])
    return str(caught.value)


def test_a_port_that_the_system_gave_away_is_known(
    outgoing: Path, taken: ProcessSpec
) -> None:
    """Whoever has it will have another the next time: only the offset helps."""
    outgoing.write_text(f"{taken.port}\t{taken.port + 9}\n")
    first, hint = problem_of(taken).splitlines()
    assert first.startswith(f"Port {taken.port}, which mongodb-payment needs, is in")
    assert hint == HINT.format(taken.port, taken.port + 9)


def test_a_port_that_a_program_chose_can_be_had_again(
    outgoing: Path, taken: ProcessSpec
) -> None:
    """The range ends just below it: the program can be stopped."""
    outgoing.write_text(f"{taken.port - 9}\t{taken.port - 1}\n")
    assert problem_of(taken).splitlines()[1].startswith("Stop that program, or move")


def test_a_worker_needs_no_port(taken: ProcessSpec) -> None:
    """Its port is its web process's, which is asked for it."""
    require_free([replace(taken, kind="worker")])


@pytest.mark.parametrize("text", ["", "all", "1 2 3"])
def test_a_system_that_does_not_tell_gives_no_port_away(
    outgoing: Path, text: str
) -> None:
    """Neither a missing file nor an odd one is a fault of ours."""
    assert not given_away()
    outgoing.write_text(text)
    assert not given_away()
