"""The figures as a compact table, or as one JSON object."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from compose.bench.figures import Figures, Latency, Usage
from compose.bench.load import POLL_SECONDS
from compose.local.backing import EMBEDDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Under what the figures were taken."""

    concurrency: int
    failures_percent: float
    durability: str
    machine: dict[str, str | int]


def machine() -> dict[str, str | int]:
    """This machine, as far as it matters for a comparison."""
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def filesystem_of(path: Path) -> str:
    """The type of the file system a path lies on."""
    mounts = {part.mountpoint: part.fstype for part in psutil.disk_partitions(all=True)}
    for folder in (path.resolve(), *path.resolve().parents):
        if str(folder) in mounts:
            return str(mounts[str(folder)])
    return "unknown"


def durability(filesystem: str, kind: str) -> str:
    """What a commit of the own stack costs, said honestly."""
    if filesystem in {"tmpfs", "ramfs"}:
        cost = f"fsync on, but the state lies on {filesystem}, where it costs nothing"
    else:
        cost = f"fsync on (every commit, on {filesystem})"
    if kind == EMBEDDED:
        return cost
    return f"{kind}: {cost}; Kafka acknowledges from memory, as it does by default"


def as_json(found: Sequence[Figures], conditions: Conditions) -> str:
    """All figures as one JSON object."""
    whole = {
        "books": "right",
        **asdict(conditions),
        "patterns": list(map(asdict, found)),
    }
    return json.dumps(whole, indent=2)


def as_text(found: Sequence[Figures], conditions: Conditions) -> str:
    """All figures as a table a pattern."""
    host = ", ".join(f"{key} {value}" for key, value in conditions.machine.items())
    lines = [f"books right; {conditions.durability}", host]
    for figures in found:
        lines += ["", *pattern_lines(figures, conditions)]
    return "\n".join(lines)


def pattern_lines(figures: Figures, conditions: Conditions) -> Iterator[str]:
    """One pattern's table."""
    mix = ", ".join(f"{number} {kind}" for kind, number in figures.kinds.items())
    yield (
        f"{figures.pattern}: {figures.orders} orders ({mix}), "
        f"{conditions.concurrency} connections"
    )
    yield (
        f"  throughput {figures.sagas_per_second:9.1f} sagas/s end to end "
        f"({figures.seconds:.2f} s from first POST to last end; "
        f"POSTs took {figures.posting_seconds:.2f} s)"
    )
    yield f"  {'latency, ms':<46}{'p50':>9}{'p95':>9}{'p99':>9}"
    seen = f"light load, seen (poll every {POLL_SECONDS * 1000:g} ms)"
    yield latency_line(seen, figures.light_seen)
    yield latency_line("light load, recorded by the service", figures.light_recorded)
    yield latency_line("under load, recorded by the service", figures.load_recorded)
    if figures.usage is not None:
        yield from usage_lines(figures.usage)
    generator = figures.generator_cpu_ms_per_saga
    yield f"  {'load generator, apart':<24}{generator:>12.3f} CPU ms/saga"


def latency_line(label: str, found: Latency) -> str:
    """One row of percentiles."""
    name = f"{label}, n={found.count}"
    return f"  {name:<46}{found.p50:>9.2f}{found.p95:>9.2f}{found.p99:>9.2f}"


def usage_lines(usage: Usage) -> Iterator[str]:
    """CPU and memory, process by process and in all."""
    yield f"  {'process':<24}{'CPU ms/saga':>12}{'peak RSS MB':>13}"
    for name, spent in usage.cpu_ms_by_process.items():
        yield usage_line(name, spent, usage.peak_rss_mb_by_process[name])
    yield usage_line("all processes", usage.cpu_ms_per_saga, usage.peak_rss_mb)


def usage_line(name: str, spent: float, peak: float) -> str:
    """One row of CPU and memory."""
    return f"  {name:<24}{spent:>12.3f}{peak:>13.1f}"
