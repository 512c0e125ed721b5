"""When Toss fails again and again it is left alone for a while.

The circuit breaker of Nygard's "Release It!", by the library `circuitbreaker`: it holds
no lock during a call, so one slow call does not stop those of other threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import structlog
from circuitbreaker import CircuitBreaker

from payment_svc.payments.gateway.remote import InDoubt, NotDone
from payment_svc.payments.gateway.toss import counts

log = structlog.get_logger(__name__)

T = TypeVar("T")

FAILURES = 5
CIRCUIT_OPEN = "CIRCUIT_OPEN"
NOT_REACHED = "NOT_REACHED"


class Breaker:
    """Closed at first; open for `reset_s` seconds after five failures in a row."""

    def __init__(self, reset_s: int) -> None:
        self._circuit = CircuitBreaker(
            failure_threshold=FAILURES,
            recovery_timeout=reset_s,
            expected_exception=_is_failure,
        )

    @property
    def is_open(self) -> bool:
        """True while Toss is left alone."""
        return bool(self._circuit.opened)

    def call(self, send: Callable[[], T]) -> T:
        """What `send` gives; raises NotDone, without a call, while it is open."""
        if self.is_open:
            raise NotDone(CIRCUIT_OPEN, "Toss has failed often; it is left alone.")
        before = self._circuit.state
        try:
            with self._circuit:
                return send()
        finally:
            self._tell(before)

    def _tell(self, before: str) -> None:
        now = self._circuit.state
        if now != before:
            log.warning("toss.circuit", before=before, now=now)
            counts.circuit_open.set(self.is_open)


def _is_failure(kind: type[BaseException], error: BaseException) -> bool:
    """No answer, or none that says anything: a clear no is Toss at work."""
    unreached = isinstance(error, NotDone) and error.code == NOT_REACHED
    return unreached or isinstance(error, InDoubt)
