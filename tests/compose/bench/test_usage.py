"""CPU and memory, measured on real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from compose.bench.usage import Meter, ProcessEnded, groups, sampled

NAMES = ("order-web", "order-worker", "payment-web", "payment-worker")
IDLE = "import sys; sys.stdin.read()"
# Answers a line once it has worked for a fifth of a second of CPU.
BUSY = """
import sys, time
sys.stdin.readline()
while time.process_time() < 0.2: pass
print('worked', flush=True)
sys.stdin.read()
"""


# The same, but a child of it works and ends.
PARENT = """
import subprocess, sys
sys.stdin.readline()
work = "import time\\nwhile time.process_time() < 0.2: pass"
subprocess.run([sys.executable, "-S", "-c", work], check=True)
print('worked', flush=True)
sys.stdin.read()
"""


class Processes:
    """Real processes under the names of a stack; the first one can work."""

    def __init__(self) -> None:
        self.all: dict[str, subprocess.Popen[str]] = {}
        for name in NAMES:
            self.add(name, BUSY if name == "order-web" else IDLE)

    def add(self, name: str, program: str) -> None:
        """One more process."""
        self.all[name] = subprocess.Popen(
            [sys.executable, "-S", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def pids(self) -> dict[str, int]:
        """As the stack says it."""
        return {name: process.pid for name, process in self.all.items()}

    def work(self, name: str = "order-web") -> None:
        """The process has used at least 0.2 s of CPU when this returns."""
        busy = self.all[name]
        assert busy.stdin is not None
        assert busy.stdout is not None
        busy.stdin.write("go\n")
        busy.stdin.flush()
        assert busy.stdout.readline() == "worked\n"

    def end(self, name: str) -> None:
        """The process is gone when this returns."""
        process = self.all[name]
        process.kill()
        process.communicate()


@pytest.fixture
def stack() -> Iterator[Processes]:
    """Processes that end with the test."""
    made = Processes()
    yield made
    for name in made.all:
        made.end(name)


def test_cpu_is_counted_for_the_process_that_worked(stack: Processes) -> None:
    """Over ten sagas, 0.2 s are at least 15 ms each (its start is not counted)."""
    meter = Meter(stack)
    with sampled(meter):
        stack.work()
    usage = meter.usage(10)
    assert 10 <= usage.cpu_ms_by_process["order-web"] <= 40
    assert usage.cpu_ms_by_process["payment-web"] < 10
    assert usage.cpu_ms_per_saga == pytest.approx(
        sum(usage.cpu_ms_by_process.values()), abs=0.01
    )


def test_cpu_of_a_child_that_has_ended_is_counted(stack: Processes) -> None:
    """A database server has a process for each connection, and those end."""
    stack.add("postgres", PARENT)
    meter = Meter(stack)
    stack.work("postgres")
    assert meter.usage(10).cpu_ms_by_process["postgres"] >= 15


def test_memory_is_sampled_at_least_at_both_ends(stack: Processes) -> None:
    """Each process has its peak; the sum's peak is not above the sum of peaks."""
    meter = Meter(stack)
    with sampled(meter):
        pass
    usage = meter.usage(1)
    assert set(usage.peak_rss_mb_by_process) == set(NAMES)
    assert all(size > 1 for size in usage.peak_rss_mb_by_process.values())
    peaks = sum(usage.peak_rss_mb_by_process.values())
    assert 0 < usage.peak_rss_mb <= peaks + 1


def test_a_process_that_ended_spoils_the_measurement(stack: Processes) -> None:
    """Its CPU time is lost, so there is no figure."""
    meter = Meter(stack)
    stack.end("payment-worker")
    with pytest.raises(ProcessEnded, match=r"Process \d+ ended during the load"):
        meter.sample()


def test_a_process_that_was_restarted_spoils_the_measurement(stack: Processes) -> None:
    """The new one's CPU time begins at nought, so there is no figure."""
    meter = Meter(stack)
    stack.all["payment-worker"], stack.all["order-worker"] = (
        stack.all["order-worker"],
        stack.all["payment-worker"],
    )
    with pytest.raises(ProcessEnded, match="order-worker was restarted"):
        meter.usage(1)


def test_this_process_is_not_taken_for_the_supervisor(stack: Processes) -> None:
    """The load generator's CPU is listed apart, whoever started the stack."""
    pids = {process.pid for group in groups(stack.pids()).values() for process in group}
    assert os.getpid() not in pids
    assert all(isinstance(psutil.Process(pid), psutil.Process) for pid in pids)
