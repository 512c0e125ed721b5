"""When Toss fails again and again it is left alone for a while.

The circuit breaker of Nygard's "Release It!", by the library `circuitbreaker`: it holds
no lock during a call, so one slow call does not stop those of other threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from circuitbreaker import STATE_HALF_OPEN, STATE_OPEN, CircuitBreaker

from payment_svc.payments.gateway.remote import NotDone
from payment_svc.payments.gateway.toss import counts

log = structlog.get_logger(__name__)

T = TypeVar("T")

FAILURES = 5
CIRCUIT_OPEN = "CIRCUIT_OPEN"
LEFT_ALONE = "Toss failed several times in a row, and is left alone for a few seconds."


class _Failure(Exception):
    """Carries the outcome of a failed call past the library, which counts it."""

    def __init__(self, outcome: Any) -> None:
        super().__init__()
        self.outcome = outcome


class Breaker:
    """Closed at first; open for `reset_s` seconds after five failures in a row.

    Then one call tries it, while all others are still turned away: a Toss that comes
    back is not met by everybody at once.
    """

    def __init__(self, reset_s: float, is_failure: Callable[[Any], bool]) -> None:
        self._circuit = CircuitBreaker(
            failure_threshold=FAILURES,
            recovery_timeout=reset_s,
            expected_exception=_Failure,
        )
        self._is_failure = is_failure
        self._trial = threading.Lock()
        self._telling = threading.Lock()
        self._told = self._circuit.state
        counts.circuit_open.set_function(lambda: float(self.is_open))

    @property
    def is_open(self) -> bool:
        """True while Toss is left alone."""
        return bool(self._circuit.opened)

    def call(self, send: Callable[[], T]) -> T:
        """What `send` gives. Raises NotDone, without a call, while it is open."""
        state = self._circuit.state
        is_trial = state == STATE_HALF_OPEN
        if state == STATE_OPEN or (
            is_trial and not self._trial.acquire(blocking=False)
        ):
            raise NotDone(CIRCUIT_OPEN, LEFT_ALONE)
        try:
            return self._counted(send)
        finally:
            if is_trial:
                self._trial.release()
            self._tell()

    def _counted(self, send: Callable[[], T]) -> T:
        try:
            with self._circuit:
                return self._judged(send())
        except _Failure as failure:
            outcome: T = failure.outcome
            return outcome

    def _judged(self, outcome: T) -> T:
        if self._is_failure(outcome):
            raise _Failure(outcome)
        return outcome

    def _tell(self) -> None:
        """Log a change once, whoever of many threads brought it about."""
        with self._telling:
            before, self._told = self._told, self._circuit.state
        if before != self._told:
            log.warning("toss.circuit", before=before, now=self._told)
