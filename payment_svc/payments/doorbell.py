"""Ringing for settlement when a unit of work left something to do at once.

The task is a doorbell: what is due stands in the database, and a sweep finds it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from kombu.exceptions import OperationalError as BrokerError

from common.storage.transactions import on_commit
from payment_svc.payments.books import Books

log = structlog.get_logger(__name__)

Ring = Callable[[], None]


def ring_if_due(books: Books) -> None:
    """Once this transaction is kept, the worker settles what it left to do."""
    if books.has_due:
        on_commit(_bell.get())


def ring() -> None:
    """The worker settles what is due, now."""
    _bell.get()()


def _ring() -> None:
    from payment_svc.payments.tasks import settle_payments

    try:
        settle_payments.delay()
    except (BrokerError, OSError) as error:
        log.warning("settlement.not_rung", error=str(error))


_bell: ContextVar[Ring] = ContextVar("bell", default=_ring)


@contextmanager
def bell_set_to(ring: Ring) -> Iterator[None]:
    """Within the block this is rung instead (tests, simulation)."""
    token = _bell.set(ring)
    try:
        yield
    finally:
        _bell.reset(token)
