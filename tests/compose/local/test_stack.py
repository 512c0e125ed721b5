"""A stack under a real supervisor: started, killed in parts, stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.request
from pathlib import Path

import psutil
import pytest

from compose.local.ports import is_free
from compose.local.problem import Problem
from compose.local.stack import Stack
from compose.local.supervision import wait_until
from tests.compose.local.conftest import MakeStack


def answering_pid(stack: Stack) -> int | None:
    """The process that answers on the web port now."""
    try:
        with urllib.request.urlopen(f"{stack.url('fake')}/pid", timeout=2) as answer:
            pid: int = json.load(answer)["pid"]
    except OSError:
        return None
    return pid


def lives(pid: int) -> bool:
    """True when the process exists and is no zombie."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def states(stack: Stack) -> dict[str, str]:
    """The state of each process by name."""
    return {found.name: found.state for found in stack.status()}


def test_a_started_stack_is_healthy_and_says_so(running: Stack) -> None:
    """Both processes run, each with an id, at the port of their service."""
    found = running.status()
    assert states(running) == {"fake-web": "RUNNING", "fake-worker": "RUNNING"}
    assert [state.kind for state in found] == ["web", "worker"]
    assert all(state.pid and lives(state.pid) for state in found)
    assert running.url("fake") == f"http://127.0.0.1:{found[0].port}"
    assert running.pid_of("fake-web") == found[0].pid


def test_starting_again_changes_nothing(running: Stack) -> None:
    """A second start says that nothing was started, and every process is the same."""
    before = running.status()
    assert running.start() is False
    assert running.status() == before


def test_starting_again_starts_what_is_missing(running: Stack) -> None:
    """A process that was stopped by hand runs again after the second start."""
    running.supervisor.stop("fake-worker")
    assert states(running)["fake-worker"] == "STOPPED"
    told: list[str] = []
    running.start(told.append)
    running.wait_healthy(20)
    assert told == ["started: fake-worker"]
    assert states(running) == {"fake-web": "RUNNING", "fake-worker": "RUNNING"}


def test_a_killed_worker_is_started_again(running: Stack) -> None:
    """kill -9 of the worker: another one does its work."""
    killed = running.pid_of("fake-worker")
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: not lives(killed), 5)
    running.wait_healthy(20)
    assert running.pid_of("fake-worker") != killed


def test_a_killed_web_server_takes_its_child_with_it(running: Stack) -> None:
    """kill -9 of granian's main process: the old child is gone, a new one answers."""
    main, child = running.pid_of("fake-web"), answering_pid(running)
    assert child is not None and child != main
    os.kill(main, signal.SIGKILL)
    assert wait_until(lambda: not lives(child), 2)
    assert wait_until(lambda: answering_pid(running) not in {None, child}, 20)
    assert running.pid_of("fake-web") != main


def test_a_killed_child_of_a_web_server_is_replaced(running: Stack) -> None:
    """kill -9 of the process that answers: another one answers soon."""
    child = answering_pid(running)
    assert child is not None
    os.kill(child, signal.SIGKILL)
    assert wait_until(lambda: answering_pid(running) not in {None, child}, 20)


def test_a_killed_supervisor_leaves_nothing_behind(running: Stack) -> None:
    """kill -9 of the supervisor ends all, and the stack can be started again."""
    child = answering_pid(running)
    pids = [running.pid_of("fake-web"), running.pid_of("fake-worker")]
    assert child is not None
    os.kill(int(running.places.pid.read_text()), signal.SIGKILL)
    assert wait_until(lambda: not any(map(lives, [child, *pids])), 5)
    assert states(running) == {"fake-web": "STOPPED", "fake-worker": "STOPPED"}
    assert running.start() is True
    running.wait_healthy(20)


def test_a_stopped_stack_has_no_processes(running: Stack) -> None:
    """Stopping names what ran; afterwards no process lives and the port is free."""
    child = answering_pid(running)
    pids = [running.pid_of("fake-web"), running.pid_of("fake-worker")]
    assert child is not None
    assert running.stop() == ["fake-web", "fake-worker"]
    assert not any(map(lives, [child, *pids]))
    assert is_free(running.processes[0].port)
    assert running.is_up() is False
    assert running.stop() == []


def test_a_restarted_process_is_another_one(running: Stack) -> None:
    """Only the named process is stopped and started."""
    web, worker = running.pid_of("fake-web"), running.pid_of("fake-worker")
    running.restart(["fake-worker"])
    running.wait_healthy(20)
    assert running.pid_of("fake-web") == web
    assert running.pid_of("fake-worker") != worker


def test_a_process_that_keeps_ending_is_named_with_its_log(
    make_stack: MakeStack,
) -> None:
    """Waiting gives up early, and shows what the process said."""
    stack = make_stack(worker_does="fail")
    stack.start()
    with pytest.raises(Problem) as caught:
        stack.wait_healthy(60)
    assert caught.value.exit_code == 1
    assert str(caught.value).startswith(
        "fake-worker keeps ending right after its start"
    )
    assert "the fake can't find its database" in str(caught.value)


def test_a_port_in_use_is_found_before_anything_starts(make_stack: MakeStack) -> None:
    """The sentence names port, service and the way out; no supervisor was started."""
    stack = make_stack()
    port = stack.processes[0].port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(Problem) as caught:
            stack.start()
    assert caught.value.exit_code == 2
    first = f"Port {port}, which the fake service needs, is in use"
    assert str(caught.value).startswith(first)
    assert "PORT_OFFSET" in str(caught.value)
    assert stack.is_up() is False


def test_a_long_state_dir_has_its_socket_elsewhere(tmp_path: Path) -> None:
    """A path too long for a socket is no hindrance."""
    from tests.compose.local.conftest import fake_processes

    state_dir = tmp_path / ("long" * 20)
    stack = Stack(state_dir, processes=fake_processes(state_dir))
    assert state_dir not in stack.places.socket.parents
    try:
        stack.start()
        stack.wait_healthy(20)
        assert states(stack) == {"fake-web": "RUNNING", "fake-worker": "RUNNING"}
    finally:
        stack.stop()


def test_a_stack_runs_at_one_offset_at_a_time(running: Stack) -> None:
    """Starting it at another offset says at which one it runs."""
    state_dir = running.places.root
    other = Stack(state_dir, 7, processes=running.processes)
    with pytest.raises(Problem, match="runs with PORT_OFFSET=0"):
        other.start()


def test_a_stack_stays_in_the_currency_it_was_started_in(
    running: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is noted, its commands are told it, and one in another is refused."""
    runs = running.started()
    assert runs is not None
    assert runs.currency == "USD"
    monkeypatch.setenv("CURRENCY", "KRW")
    assert running.environment_of("payment")["CURRENCY"] == "USD"
    in_won = Stack(running.places.root, processes=running.processes)
    assert in_won.how.currency == "KRW"
    with pytest.raises(Problem, match=r"runs with CURRENCY=USD\. Stop it first"):
        in_won.start()
