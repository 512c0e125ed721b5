"""Units of many threads in few transactions.

A web process starts a saga a request, each a transaction of its own: under load its
threads would queue for the write turn one by one, and for the worker's batches in
between. Here whoever gets the turn runs the units of all who wait, in one transaction
(flat combining: Hendler et al., SPAA 2010). Alone, a unit runs at once and by itself.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any

MOST_AT_ONCE = 64

Unit = Callable[[], Any]
RunTogether = Callable[[Unit], Any]


@dataclass(slots=True)
class Job:
    """One thread's unit, and what came of it."""

    unit: Unit
    context: Context = field(default_factory=copy_context)
    done: bool = False
    value: Any = None
    error: BaseException | None = None

    def outcome(self) -> Any:
        """What the unit returned; raises what it raised."""
        if self.error is not None:
            raise self.error
        return self.value


class Combiner:
    """Runs jobs of many threads; `run_together` is how to run one transaction."""

    def __init__(self, run_together: RunTogether) -> None:
        self._run_together = run_together
        self._turn = threading.Lock()
        self._waiting: deque[Job] = deque()

    def run(self, unit: Unit) -> Any:
        """What `unit` returns, once it is committed; raises what it raised."""
        job = Job(unit)
        self._waiting.append(job)
        with self._turn:
            while not job.done:
                self._run_some()
        return job.outcome()

    def _run_some(self) -> None:
        count = min(MOST_AT_ONCE, len(self._waiting))
        jobs = [self._waiting.popleft() for _ in range(count)]
        if not (len(jobs) > 1 and self._all_well(jobs)):
            for job in jobs:
                self._run_alone(job)

    def _all_well(self, jobs: Sequence[Job]) -> bool:
        """True when all ran and are kept; else none is, and each must run alone."""
        try:
            values = self._run_together(
                lambda: [job.context.copy().run(job.unit) for job in jobs]
            )
        except Exception:  # noqa: BLE001 - whose it is, shows when each runs alone
            return False
        for job, value in zip(jobs, values, strict=True):
            job.value, job.done = value, True
        return True

    def _run_alone(self, job: Job) -> None:
        try:
            job.value = self._run_together(lambda: job.context.copy().run(job.unit))
        except BaseException as error:  # noqa: BLE001 - raised in the job's own thread
            job.error = error
        finally:
            job.done = True
