"""`scenarios` and `bench`, as a person runs them, on every kind of stack."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from compose.local.stack import Stack
from compose.local.topology import repository
from tests.e2e.conftest import skip_unless_possible
from tests.e2e.kinds import WITH_EACH_LOG
from tests.e2e.places import offset_of
from tests.e2e.shop import Shop

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(300)]


def program(*words: str) -> subprocess.CompletedProcess[str]:
    """`manage_all.py` with these words."""
    return subprocess.run(
        [sys.executable, "manage_all.py", *words],
        cwd=repository,
        env={**os.environ, "SAGA_VENV": sys.prefix},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_scenarios_all_end_well(shop: Shop) -> None:
    """Every step of the business cases is ok, the books among them."""
    shop.initialize_stock()
    offset = str(shop.stack.how.port_offset)
    done = program("scenarios", "--json", "--port-offset", offset)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", WITH_EACH_LOG)
def test_the_bench_finds_the_books_right(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A short one in both patterns with failures: figures are there, so books are."""
    skip_unless_possible(Stack(tmp_path_factory.mktemp("asked"), kind=kind))
    words = ("--orders", "200", "--light-orders", "5", "--failures", "10")
    done = program(
        *("bench", "--stack", kind, "--pattern", "both", "--json"),
        *("--port-offset", str(offset_of("bench")), *words),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["books"] == "right"
    usage = found["patterns"][0]["usage"]["cpu_ms_by_process"]
    assert ("kafka" in usage) == (kind != "embedded")
