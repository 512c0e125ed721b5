"""A real process dies of a fault, once for each time it has; in production never."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from common import clock
from common.conf.profile import REPOSITORY
from common.faults.file import FaultFile
from common.faults.record import Action
from tests.common.faults.conftest import fault

pytestmark = pytest.mark.timeout(90)

POINT = "payment.after-intent"
REACH = f"""
import django; django.setup()
from common import faults
faults.reach("{POINT}")
print("alive")
"""


def run_payment(folder: Path, profile: str = "demo") -> tuple[int, str]:
    """(exit code, last line) of a process of the payment service at that point."""
    done = subprocess.run(
        [sys.executable, "-c", REACH],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "APP_PROFILE": profile,
            "STATE_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "payment_svc.settings",
            "SECRET_KEY": "k" * 40,
            "ALLOWED_HOSTS": "shop.example",
        },
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip()


@pytest.fixture
def crash_once(tmp_path: Path) -> FaultFile:
    """The payment service's file, with a crash that is to happen once."""
    now = clock.now()
    file = FaultFile(tmp_path / "faults" / "payment.json")
    times = {"at": now, "until": now + timedelta(minutes=10)}
    file.add(fault(POINT, action=Action.CRASH, times=1, **times))
    return file


def test_a_crash_for_one_time_kills_one_process(
    tmp_path: Path, crash_once: FaultFile
) -> None:
    """By SIGKILL; the next to reach the point lives."""
    code, said = run_payment(tmp_path)
    assert (code, "alive" in said) == (-signal.SIGKILL, False)
    assert not crash_once.path.exists()
    assert run_payment(tmp_path) == (0, "alive")


def test_production_knows_no_faults(tmp_path: Path, crash_once: FaultFile) -> None:
    """Not even those that a demo left in the folder; they stay where they are."""
    assert run_payment(tmp_path, "production") == (0, "alive")
    assert [one.times for one in crash_once.read()] == [1]
