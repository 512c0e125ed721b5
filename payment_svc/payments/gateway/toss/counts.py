"""Calls to Toss and the breaker's state, for `/metrics` of this process."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from common.web.metrics import BUCKETS, registry

calls = Counter(
    "toss_calls",
    "Calls to Toss, by what came of them",
    ["call", "outcome"],
    registry=registry,
)
seconds = Histogram(
    "toss_call_duration_seconds",
    "Time of a call to Toss",
    ["call"],
    buckets=BUCKETS,
    registry=registry,
)
circuit_open = Gauge(
    "toss_circuit_open", "1 while Toss is left alone", registry=registry
)


def count(call: str, outcome: str, took_s: float) -> None:
    """Count a call."""
    calls.labels(call, outcome).inc()
    seconds.labels(call).observe(took_s)
