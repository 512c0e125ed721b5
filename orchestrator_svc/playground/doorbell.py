"""Ringing for the worker when there is something to send; beat rings too."""

from __future__ import annotations

import structlog
from kombu.exceptions import OperationalError as BrokerError

from common.storage.transactions import on_commit

log = structlog.get_logger(__name__)


def ring_on_commit() -> None:
    """Once this transaction is kept, the worker looks for runs at once."""
    on_commit(ring)


def ring() -> None:
    """Have the worker look for runs now."""
    from orchestrator_svc.playground.tasks import send_orders

    try:
        send_orders.delay()
    except (BrokerError, OSError) as error:
        log.warning("playground.not_rung", error=str(error))
