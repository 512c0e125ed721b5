"""Gauges of the sagas that have not ended, for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator

from common.web.metrics import Gauge
from orchestrator_svc.engine import selectors


def saga_gauges() -> Iterator[Gauge]:
    """Those under way by status, and those that need a person."""
    counts = selectors.count_unended()
    for status in selectors.unended_statuses():
        yield Gauge(
            name="sagas_unended",
            description="Sagas that have not ended, by status",
            value=counts.get(status, 0),
            labels={"status": status},
        )
    yield Gauge(
        name="sagas_needing_attention",
        description="Sagas with an undo that is refused again and again",
        value=selectors.needing_attention().count(),
    )
