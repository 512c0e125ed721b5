"""`test`: the checks, then every group of tests, then one line that sums it up."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from common.conf.service import SERVICES
from compose.local.databases import management_command
from compose.local.groups import Group, chosen_groups
from compose.local.servers import Servers, TestServers
from compose.local.topology import repository

HELP = """\
usage: python3 manage_all.py test [--no-lint] [--on DATABASE] [pytest arguments]

Runs ruff, mypy, the import contracts and `makemigrations --check` (not with --no-lint),
then pytest once for each service and for what they share. Paths choose the groups:

  python3 manage_all.py test tests/common -k outbox
  python3 manage_all.py test --no-lint -m "not slow"

Without a path the services' tests run on a real PostgreSQL and a real MongoDB, too;
--on postgres and --on mongodb run those that are chosen on that one only.
"""

NO_TESTS_MATCHED = 5


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tests ended how."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


@dataclass(frozen=True, slots=True)
class Check:
    """A command that says by its exit code whether the sources are in order."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


def main(arguments: Sequence[str]) -> int:
    """0 when every check and every test is as it should be."""
    if arguments and arguments[0] in {"-h", "--help"}:
        print(HELP, end="")
        return 0
    rest = [argument for argument in arguments if argument != "--no-lint"]
    groups = chosen_groups(rest)
    with tempfile.TemporaryDirectory(prefix="saga-test-") as folder:
        environment = clean_environment(Path(folder))
        lint = len(rest) == len(arguments)
        in_order = run_checks(environment) if lint else True
        with TestServers() as servers:
            tally, codes = run_groups(groups, Path(folder), environment, servers)
        print_coverage(Path(folder), environment)
    print(tally, flush=True)
    return 0 if in_order and not any(codes) else 1


def clean_environment(folder: Path) -> dict[str, str]:
    """The shell's variables without those of a stack, and a state of their own."""
    of_a_stack = {"PORT_OFFSET", "DATABASE_URL", "CELERY_BROKER_URL", "LOG_URL"}
    kept = {name: text for name, text in os.environ.items() if name not in of_a_stack}
    return {
        **kept,
        "APP_PROFILE": "test",
        "PYTHONPATH": str(repository),
        "STATE_DIR": str(folder / "state"),
    }


def checks(environment: Mapping[str, str]) -> list[Check]:
    """Everything that is looked at before a test runs."""
    python = (sys.executable, "-m")
    lint_imports = str(Path(sys.executable).with_name("lint-imports"))
    found = [
        Check("mypy", (*python, "mypy"), environment),
        Check("ruff check", (*python, "ruff", "check", "."), environment),
        Check("ruff format", (*python, "ruff", "format", "--check", "."), environment),
        Check("import contracts", (lint_imports,), environment),
    ]
    for service in SERVICES.values():
        command = management_command(service, ["makemigrations", "--check"])
        settings = {"DJANGO_SETTINGS_MODULE": f"{service.package}.settings"}
        name = f"migrations of {service.name}"
        found.append(Check(name, command, {**environment, **settings}))
    return found


def run_checks(environment: Mapping[str, str]) -> bool:
    """True when all are in order; each is printed with its result."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = list(pool.map(_checked, checks(environment)))
    failed = [name for name, in_order in results if not in_order]
    if failed:
        print(f"checks that failed: {', '.join(failed)}", flush=True)
    return not failed


def _checked(check: Check) -> tuple[str, bool]:
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        env=dict(check.environment),
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    in_order = done.returncode == 0
    result = "ok" if in_order else f"FAILED\n{done.stdout.rstrip()}"
    seconds = f"{time.monotonic() - started:.1f} s"
    print(f"{check.name:<26}{seconds:>8}  {result}", flush=True)
    return check.name, in_order


def run_groups(
    groups: Sequence[tuple[Group, list[str]]],
    folder: Path,
    environment: Mapping[str, str],
    servers: Servers,
) -> tuple[Tally, list[int]]:
    """Run each group in a process of its own; the sum of the tests and the codes."""
    total, codes = Tally(), []
    for group, arguments in groups:
        print(f"\n--- {group.name}: {group.path}", flush=True)
        if missing := servers.missing(group.database):
            print(f"skipped: {missing}", flush=True)
            total += Tally(skipped=1)
            continue
        variables = {**environment, **servers.variables(group.database)}
        code, tally = run_group(group, arguments, folder, variables)
        total += tally
        codes.append(code)
    return total, codes


def run_group(
    group: Group, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> tuple[int, Tally]:
    """One run of pytest, its output passed through."""
    report = folder / f"{group.name}.xml"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", *group.options),
            *(*arguments, f"--junitxml={report}"),
        ],
        env={
            **environment,
            "COVERAGE_FILE": str(folder / f".coverage.{group.name}"),
            "DJANGO_SETTINGS_MODULE": group.settings,
        },
        cwd=repository,
        check=False,
    )
    if done.returncode == NO_TESTS_MATCHED:
        return 0, Tally()
    tally = read_tally(report)
    if done.returncode and not tally.failed:  # it broke before it could run any
        tally += Tally(failed=1)
    return done.returncode, tally


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


def print_coverage(folder: Path, environment: Mapping[str, str]) -> None:
    """Print the share of lines and branches that the tests of this process ran."""
    if not any(folder.glob(".coverage.*")):
        return
    run = (sys.executable, "-m", "coverage")
    own = {**environment, "COVERAGE_FILE": str(folder / ".coverage")}
    subprocess.run(
        [*run, "combine", "--quiet", str(folder)], env=own, cwd=repository, check=True
    )
    total = subprocess.run(
        [*run, "report", "--format=total"],
        env=own,
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    print(f"\ncoverage {total.stdout.strip()} %")
