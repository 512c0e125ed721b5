"""How far the service's group is behind, and who reads for it, as gauges.

The log is another machine's: asking it may take long, or for ever. A scrape waits for
it a moment only, several scrapes at once ask it once, and what it said is kept a while.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass

import structlog
from django.conf import settings

from common.contracts.topics import group_of
from common.web import health
from common.web.metrics import Gauge

log = structlog.get_logger(__name__)

KEEP_S = 5.0
TIME_LIMIT_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the service's group stands."""

    lag: Mapping[str, int]  # by topic
    members: int


Ask = Callable[[], Standing]


def standing() -> Standing:
    """What the log says of the service's group now."""
    group = group_of(settings.SERVICE_NAME)
    admin = health.event_log().admin()
    lag: Counter[str] = Counter()
    for part in admin.lag(group):
        lag[part.topic] += part.lag
    return Standing(lag=lag, members=len(admin.members(group)))


class Watch:
    """Asks one question at a time, in a thread that no scrape and no exit waits for."""

    def __init__(
        self,
        ask: Ask,
        *,
        keep: float = KEEP_S,
        limit: float = TIME_LIMIT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._keep = keep
        self._limit = limit
        self._clock = clock
        self._asked_at = 0.0
        self._answer: Future[Standing] | None = None
        self._turn = threading.Lock()

    def look(self) -> Standing | None:
        """What the log said within the last seconds; None where it says nothing."""
        try:
            return self._current().result(self._limit)
        except TimeoutError:
            error = f"no answer within {self._limit:g} seconds"
        except Exception as caught:  # noqa: BLE001 - whatever it is, the log is away
            error = f"{type(caught).__name__}: {caught}"
        log.warning("metrics.log_away", error=error)
        return None

    def _current(self) -> Future[Standing]:
        """The question that is out or was answered lately, else a new one."""
        with self._turn:
            answer = self._answer
            if answer is None or (answer.done() and self._is_old()):
                answer = self._answer = Future()
                self._asked_at = self._clock()
                threading.Thread(
                    target=self._fill, args=(answer,), name="lag", daemon=True
                ).start()
            return answer

    def _is_old(self) -> bool:
        return self._clock() - self._asked_at >= self._keep

    def _fill(self, answer: Future[Standing]) -> None:
        try:
            answer.set_result(self._ask())
        except BaseException as error:  # noqa: BLE001 - told to whoever looks
            answer.set_exception(error)


_watch = Watch(standing)


def log_gauges() -> Iterator[Gauge]:
    """Whether the log answers; and if so the lag by topic, and the live members."""
    found = _watch.look()
    yield Gauge(
        name="event_log_up",
        description="Whether the event log answers: 1 or 0",
        value=float(found is not None),
    )
    if found is None:
        return
    yield Gauge(
        name="consumer_group_members",
        description="Live workers of the service, as its consumer group knows them",
        value=found.members,
    )
    for topic, lag in sorted(found.lag.items()):
        yield Gauge(
            name="consumer_lag_messages",
            description="Messages in the log that the service has not handled yet",
            value=lag,
            labels={"topic": topic},
        )
