"""Groups of tests side by side: as many lanes as cores, what shares a server in one."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from compose.local.groups import Group
from compose.local.servers import Servers
from compose.local.topology import repository

NO_TESTS_MATCHED = 5

# A group, and the arguments of its pytest.
Run = tuple[Group, list[str]]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tests ended how, and whether all of it is as it should be."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    in_order: bool = True

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.in_order and other.in_order,
        )

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all groups have: a folder for their reports, variables, and servers."""

    folder: Path
    variables: Mapping[str, str]
    servers: Servers


def run_all(runs: Sequence[Run], around: Surroundings) -> Tally:
    """Run each group in a process of its own; what came of all of them.

    What runs beside others is printed when it has ended, the rest as it comes.
    """
    lanes, alone = lanes_of(runs)
    if len(lanes) == 1:  # beside nothing
        lanes, alone = [], [*lanes[0], *alone]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        ended = list(pool.map(partial(run_lane, around=around, is_shown=False), lanes))
    return sum(ended, start=run_lane(alone, around=around, is_shown=True))


def lanes_of(runs: Sequence[Run]) -> tuple[list[list[Run]], list[Run]]:
    """What may run side by side, and what needs all cores for itself.

    Groups on one server have the same database there, and run one after the other.
    The list has what takes longest at its end: that is begun first.
    """
    lanes: dict[str, list[Run]] = {}
    for run in runs:
        group, _ = run
        if not group.alone:
            lanes.setdefault(group.database or group.name, []).append(run)
    return list(reversed(lanes.values())), [run for run in runs if run[0].alone]


def run_lane(runs: Iterable[Run], *, around: Surroundings, is_shown: bool) -> Tally:
    """One group after the other."""
    return sum((run_group(run, around, is_shown) for run in runs), start=Tally())


def run_group(run: Run, around: Surroundings, is_shown: bool) -> Tally:
    """One run of pytest; `is_shown` passes its output through while it runs."""
    group, arguments = run
    head = f"\n--- {group.name}: {group.path}"
    if missing := around.servers.missing(group.database):
        print(f"{head}\nskipped: {missing}", flush=True)
        return Tally(skipped=1)
    if is_shown:
        print(head, flush=True)
    report = around.folder / f"{group.name}.xml"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", *group.options),
            *(*arguments, f"--junitxml={report}"),
        ],
        env={
            **around.variables,
            **around.servers.variables(group.database),
            "STATE_DIR": str(around.folder / f"state-{group.name}"),
            "COVERAGE_FILE": str(around.folder / f".coverage.{group.name}"),
            "DJANGO_SETTINGS_MODULE": group.settings,
        },
        cwd=repository,
        stdout=None if is_shown else subprocess.PIPE,
        stderr=None if is_shown else subprocess.STDOUT,
        text=True,
        check=False,
    )
    if not is_shown:
        print(f"{head}\n{done.stdout}", end="", flush=True)
    return tally_of(done.returncode, report)


def tally_of(code: int, report: Path) -> Tally:
    """What pytest's exit code and report say together."""
    if code == NO_TESTS_MATCHED:
        return Tally()
    told = read_tally(report)
    if code and not told.failed:  # it broke before it could run any
        told += Tally(failed=1)
    return told + Tally(in_order=code == 0)


def read_tally(report: Path) -> Tally:
    """What pytest's report says; nothing where it wrote none."""
    if not report.is_file():
        return Tally()
    total = Tally()
    written = ET.parse(report)  # noqa: S314 - by our own pytest
    for suite in written.iter("testsuite"):
        count = {name: int(suite.get(name, 0)) for name in ("tests", "skipped")}
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        passed = max(count["tests"] - failed - count["skipped"], 0)
        total += Tally(passed, failed, count["skipped"])
    return total
