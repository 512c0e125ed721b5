"""Gauges of the payments that are being ensured, for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator

from common.recovery.models import Recovery
from common.web.metrics import Gauge


def recovery_gauges() -> Iterator[Gauge]:
    """Those under way, and those of them that need a person."""
    yield Gauge(
        name="recoveries_waiting",
        description="Payments that Toss is said to have made, not ensured yet",
        value=Recovery.objects.filter(next_try_at__isnull=False).count(),
    )
    yield Gauge(
        name="recoveries_needing_attention",
        description="Those of them that the payment service does not understand",
        value=Recovery.objects.filter(attention_since__isnull=False).count(),
    )
