"""The figures of a run, as values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles in milliseconds, by nearest rank: each was really measured."""

    p50: float
    p95: float
    p99: float
    count: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What the processes took: CPU milliseconds a saga, and peak memory in MB."""

    cpu_ms_per_saga: float
    cpu_ms_by_process: Mapping[str, float]
    peak_rss_mb: float
    peak_rss_mb_by_process: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One pattern's figures; `usage` is None for a stack that is not ours."""

    pattern: str
    orders: int
    kinds: Mapping[str, int]
    seconds: float
    posting_seconds: float
    sagas_per_second: float
    light_seen: Latency
    light_recorded: Latency
    load_recorded: Latency
    generator_cpu_ms_per_saga: float
    usage: Usage | None


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that is not below `share` percent of all (nearest rank)."""
    if not ordered:
        raise ValueError("No percentile without a measurement.")
    rank = math.ceil(share / 100 * len(ordered))
    return ordered[max(rank, 1) - 1]


def latency(seconds: Sequence[float]) -> Latency:
    """The percentiles of durations given in seconds."""
    ordered = sorted(seconds)
    p50, p95, p99 = (
        round(percentile(ordered, share) * 1000, 2) for share in (50, 95, 99)
    )
    return Latency(p50, p95, p99, len(ordered))


def per_saga(
    before: Mapping[str, float], after: Mapping[str, float], sagas: int
) -> dict[str, float]:
    """CPU milliseconds a saga, process by process, from seconds before and after."""
    return {
        name: round((after[name] - before.get(name, 0.0)) * 1000 / sagas, 3)
        for name in after
    }
