"""CPU and memory of the stack's processes, read from the operating system."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

import psutil

from compose.bench.figures import Usage, per_saga

SAMPLE_SECONDS = 0.5
MEGABYTE = 1024 * 1024

Groups = Mapping[str, list[psutil.Process]]


class ProcessEnded(Exception):
    """A process of the stack ended while it was measured."""


class Pids(Protocol):
    """Whoever knows the process ids of the stack."""

    def pids(self) -> dict[str, int]:
        """The id of every process that runs, by name."""


class Meter:
    """CPU seconds and peak memory of a stack from its start to its `usage`."""

    def __init__(self, stack: Pids) -> None:
        self._stack = stack
        self._pids = stack.pids()
        # Looked up once for the memory: to walk the system's processes again for each
        # sample would take CPU from the stack that is measured.
        self._groups = groups(self._pids)
        self._before = cpu_seconds(self._groups)
        self._peaks: dict[str, int] = {}
        self._peak = 0

    def sample(self) -> None:
        """Note the memory now, if it is more than before."""
        now = {name: rss(found) for name, found in self._groups.items()}
        self._peak = max(self._peak, sum(now.values()))
        for name, size in now.items():
            self._peaks[name] = max(self._peaks.get(name, 0), size)

    def usage(self, sagas: int) -> Usage:
        """What was used since the start; ProcessEnded if a process was replaced."""
        now = self._stack.pids()
        for name, pid in self._pids.items():
            if now.get(name) != pid:
                raise ProcessEnded(f"{name} was restarted during the load.")
        # Looked up anew: a database server has a process for each connection.
        spent = per_saga(self._before, cpu_seconds(groups(self._pids)), sagas)
        return Usage(
            cpu_ms_per_saga=round(sum(spent.values()), 3),
            cpu_ms_by_process=spent,
            peak_rss_mb=round(self._peak / MEGABYTE, 1),
            peak_rss_mb_by_process={
                name: round(size / MEGABYTE, 1) for name, size in self._peaks.items()
            },
        )


@contextmanager
def sampled(meter: Meter) -> Iterator[None]:
    """Memory is sampled every half second, in a thread, until the block ends."""
    over = threading.Event()
    failed: list[BaseException] = []

    def sample() -> None:
        try:
            meter.sample()
            while not over.wait(SAMPLE_SECONDS):
                meter.sample()
            meter.sample()
        except ProcessEnded as error:
            failed.append(error)

    thread = threading.Thread(target=sample, name="memory", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    if failed:
        raise failed[0]


def groups(named: Mapping[str, int]) -> dict[str, list[psutil.Process]]:
    """Each process with its descendants, and the supervisors above them all."""
    try:
        heads = {name: psutil.Process(pid) for name, pid in named.items()}
        found = {
            name: [head, *head.children(recursive=True)] for name, head in heads.items()
        }
        return found | supervisors_of(heads)
    except psutil.NoSuchProcess as error:
        raise ProcessEnded(f"Process {error.pid} ended during the load.") from error


def supervisors_of(
    heads: Mapping[str, psutil.Process],
) -> dict[str, list[psutil.Process]]:
    """The parents of all processes, with their children that have no name here."""
    parents = {head.ppid() for head in heads.values()} - {0, 1, psutil.Process().pid}
    known = {head.pid for head in heads.values()}
    found = [psutil.Process(pid) for pid in sorted(parents)]
    others = [
        child
        for parent in found
        for child in parent.children()
        if child.pid not in known
    ]
    return {"supervisor": [*found, *others]} if found else {}


def cpu_seconds(found: Groups) -> dict[str, float]:
    """User and system time of each group, with that of children which have ended."""
    return {
        # A supervisor's ended children are processes of another time.
        name: sum(_cpu(one, reaped=name != "supervisor") for one in group)
        for name, group in found.items()
    }


def own_cpu_seconds() -> float:
    """User and system time of this process: the load generator's."""
    return _cpu(psutil.Process(), reaped=False)


def rss(group: list[psutil.Process]) -> int:
    """Resident memory of a group, in bytes; what its processes share counts for each.

    Raises ProcessEnded where the first of the group is gone; others come and go.
    """
    head, *others = group
    try:
        size = int(head.memory_info().rss)
    except psutil.NoSuchProcess as error:
        raise ProcessEnded(f"Process {error.pid} ended during the load.") from error
    return size + sum(map(_rss, others))


def _cpu(process: psutil.Process, *, reaped: bool) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess as error:
        raise ProcessEnded(f"Process {error.pid} ended during the load.") from error
    own = float(times.user + times.system)
    return own + float(times.children_user + times.children_system) if reaped else own


def _rss(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
