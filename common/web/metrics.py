"""`/metrics` for Prometheus: requests as they are answered, and gauges when asked.

What stands in the database is read at the time of the question, so nothing is counted
on the hot path that a query can count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from common.web.reads import reads_only

log = structlog.get_logger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

disable_created_metrics()  # type: ignore[no-untyped-call]
registry = CollectorRegistry()
requests = Counter(
    "http_requests",
    "Requests answered",
    ["method", "route", "status"],
    registry=registry,
)
latency = Histogram(
    "http_request_duration_seconds",
    "Time to the answer",
    ["method", "route"],
    buckets=BUCKETS,
    registry=registry,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A number that stands somewhere and is read when asked for."""

    name: str
    description: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


GaugeSource = Callable[[], Iterable[Gauge]]


class GaugeCollector(Collector):
    """Asks every source; one that cannot be read is left out and logged."""

    def __init__(self) -> None:
        self.sources: list[GaugeSource] = []

    def describe(self) -> Iterable[Metric]:
        """Nothing yet: registering must not read a database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The gauges of all sources, those of one name together."""
        families: dict[str, GaugeMetricFamily] = {}
        for source in self.sources:
            for gauge in _read(source):
                names = sorted(gauge.labels)
                if gauge.name not in families:
                    families[gauge.name] = GaugeMetricFamily(
                        gauge.name, gauge.description, labels=names
                    )
                labels = [gauge.labels[name] for name in names]
                families[gauge.name].add_metric(labels, gauge.value)
        yield from families.values()


def _read(source: GaugeSource) -> list[Gauge]:
    try:
        return list(source())
    except DatabaseError as error:
        log.warning("metrics.unreadable", source=source.__name__, error=str(error))
        return []


_gauges = GaugeCollector()
registry.register(_gauges)
ProcessCollector(registry=registry)
GCCollector(registry=registry)


def register_gauges(source: GaugeSource) -> None:
    """Have `source` asked at every scrape; call it once, from AppConfig.ready()."""
    _gauges.sources.append(source)


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request."""
    known = method if method in METHODS else "OTHER"
    requests.labels(known, route, str(status)).inc()
    latency.labels(known, route).observe(seconds)


@reads_only
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything, in Prometheus's text form."""
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
