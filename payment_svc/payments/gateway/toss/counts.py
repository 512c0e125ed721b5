"""Calls to Toss and the breaker's state, for `/metrics` of this process."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from common.web.metrics import BUCKETS, registry

calls = Counter(
    "toss_calls",
    "Calls to Toss, by what came of them",
    ["path", "outcome"],
    registry=registry,
)
seconds = Histogram(
    "toss_call_duration_seconds",
    "Time of a call to Toss, repeats of a look included",
    ["path"],
    buckets=BUCKETS,
    registry=registry,
)
circuit_open = Gauge(
    "toss_circuit_open", "1 while Toss is left alone", registry=registry
)


def count(path: str, outcome: str, took_s: float) -> None:
    """Count a call; `path` is its template, `outcome` one of a few words."""
    calls.labels(path, outcome).inc()
    seconds.labels(path).observe(took_s)
