"""`test`: the checks, then every group of tests, then one line that sums it up."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from common.conf.service import SERVICES
from compose.local.databases import management_command
from compose.local.groups import chosen_groups
from compose.local.lanes import Surroundings, run_all
from compose.local.servers import TestServers
from compose.local.topology import repository

HELP = """\
usage: python3 manage_all.py test [--no-lint] [--on DATABASE] [pytest arguments]

Runs ruff, mypy, the import contracts and `makemigrations --check` (not with --no-lint),
then pytest once for each service and for what they share. Paths choose the groups:

  python3 manage_all.py test tests/common -k outbox
  python3 manage_all.py test --no-lint -m "not slow"

Without a path the services' tests run on a real PostgreSQL and a real MongoDB, too;
--on postgres and --on mongodb run those that are chosen on that one only. Groups run
side by side, as many as there are cores, except for those that use all cores.
"""


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
            around = Surroundings(Path(folder), environment, servers)
            tally = run_all(groups, around)
        print_coverage(Path(folder), environment)
    print(tally, flush=True)
    return 0 if in_order and tally.in_order else 1


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
