"""How figures read."""

from __future__ import annotations

import json
from pathlib import Path

from compose.bench.figures import Figures, Latency, Usage
from compose.bench.report import (
    Conditions,
    as_json,
    as_text,
    durability,
    filesystem_of,
    machine,
)

USAGE = Usage(
    3.5,
    {"order-web": 1.5, "order-worker": 2.0},
    120.0,
    {
        "order-web": 50.0,
        "order-worker": 70.0,
    },
)
FIGURES = Figures(
    pattern="orchestration",
    orders=3000,
    kinds={"sale": 2700, "shortage": 150, "decline": 150},
    seconds=6.0,
    posting_seconds=2.5,
    sagas_per_second=500.0,
    light_seen=Latency(41.2, 55.0, 61.3, 100),
    light_recorded=Latency(38.0, 50.0, 58.0, 100),
    load_recorded=Latency(900.0, 1500.0, 1600.0, 3000),
    generator_cpu_ms_per_saga=0.31,
    usage=USAGE,
)
CONDITIONS = Conditions(
    concurrency=32,
    failures_percent=10.0,
    durability=durability("ext4", "embedded"),
    machine={"cores": 2, "python": "3.11.7", "platform": "Linux"},
)


def test_the_table_is_compact_and_aligned() -> None:
    """Throughput, latencies by name, CPU and memory by process, the generator apart."""
    assert as_text([FIGURES], CONDITIONS).splitlines() == [
        "books right; fsync on (every commit, on ext4)",
        "cores 2, python 3.11.7, platform Linux",
        "",
        (
            "orchestration: 3000 orders (2700 sale, 150 shortage, 150 decline), "
            "32 connections"
        ),
        (
            "  throughput     500.0 sagas/s end to end (6.00 s from first POST to last "
            "end; POSTs took 2.50 s)"
        ),
        "  latency, ms                                         p50      p95      p99",
        "  light load, seen (poll every 5 ms), n=100         41.20    55.00    61.30",
        "  light load, recorded by the service, n=100        38.00    50.00    58.00",
        "  under load, recorded by the service, n=3000      900.00  1500.00  1600.00",
        "  process                  CPU ms/saga  peak RSS MB",
        "  order-web                      1.500         50.0",
        "  order-worker                   2.000         70.0",
        "  all processes                  3.500        120.0",
        "  load generator, apart          0.310 CPU ms/saga",
    ]


def test_json_has_every_figure_and_the_machine() -> None:
    """One object; a reader of it needs nothing else."""
    whole = json.loads(as_json([FIGURES], CONDITIONS))
    assert whole["books"] == "right"
    assert whole["durability"] == "fsync on (every commit, on ext4)"
    assert whole["machine"]["cores"] == 2
    (pattern,) = whole["patterns"]
    assert pattern["sagas_per_second"] == 500.0
    assert pattern["light_seen"] == {
        "p50": 41.2,
        "p95": 55.0,
        "p99": 61.3,
        "count": 100,
    }
    assert pattern["usage"]["cpu_ms_by_process"]["order-web"] == 1.5


def test_a_file_system_in_memory_is_not_passed_off_as_a_disk() -> None:
    """An fsync on tmpfs costs nothing, and the report says so."""
    assert "costs nothing" in durability("tmpfs", "embedded")


def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount(
    tmp_path: Path,
) -> None:
    """Every folder lies on some file system."""
    assert filesystem_of(tmp_path / "deeper") == filesystem_of(tmp_path)
    assert filesystem_of(tmp_path) != ""


def test_the_machine_is_named() -> None:
    """Cores, Python and platform."""
    found = machine()
    assert set(found) == {"cores", "python", "platform"}
    assert int(found["cores"]) >= 1
