"""The log as the pages ask it: one question at a time, and none while it is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from django.conf import settings

from common.log.connect import connect
from common.log.port import Admin, Log, LogUnavailable

T = TypeVar("T")

WAIT_S = 5.0
REST_S = 3.0


class Source:
    """A log of the pages' own: a long search keeps no health check waiting.

    A log that is away takes seconds to say so. It is asked again after a rest only, so
    that pages which refresh themselves do not pile up in front of it.
    """

    def __init__(
        self,
        open_log: Callable[[], Log],
        *,
        wait: float = WAIT_S,
        rest: float = REST_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`wait` is how long a question waits for those before it."""
        self._open_log = open_log
        self._wait = wait
        self._rest = rest
        self._clock = clock
        self._turn = threading.Lock()
        self._log: Log | None = None
        self._failure = ""
        self._failed_at = 0.0

    def ask(self, question: Callable[[Admin], T]) -> T:
        """What the log answers. Raises LogUnavailable, and what the question raises."""
        if not self._turn.acquire(timeout=self._wait):
            raise LogUnavailable("The log is busy with other questions; try again.")
        try:
            if self._failure and self._clock() - self._failed_at < self._rest:
                raise LogUnavailable(self._failure)
            return self._asked(question)
        finally:
            self._turn.release()

    def _asked(self, question: Callable[[Admin], T]) -> T:
        try:
            if self._log is None:
                self._log = self._open_log()
            answer = question(self._log.admin())
        except LogUnavailable as error:
            self._failure, self._failed_at = str(error), self._clock()
            raise
        self._failure = ""
        return answer


@lru_cache(maxsize=1)
def the_log() -> Source:
    """The log of this process's settings; opened with the first question."""
    return Source(lambda: connect(settings.LOG_URL))
