"""Ringing for the worker when a recovery has begun; a sweep finds it too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from kombu.exceptions import OperationalError as BrokerError

from common.storage.transactions import on_commit

log = structlog.get_logger(__name__)

Ring = Callable[[], None]


def ring_on_commit() -> None:
    """Once this transaction is kept, the worker looks for what is due."""
    on_commit(_bell.get())


def _ring() -> None:
    from common.recovery.tasks import recover_payments

    try:
        recover_payments.delay()
    except (BrokerError, OSError) as error:
        log.warning("recovery.not_rung", error=str(error))


_bell: ContextVar[Ring] = ContextVar("recovery_bell", default=_ring)


@contextmanager
def bell_set_to(ring: Ring) -> Iterator[None]:
    """Within the block this is rung instead (tests, simulation)."""
    token = _bell.set(ring)
    try:
        yield
    finally:
        _bell.reset(token)
