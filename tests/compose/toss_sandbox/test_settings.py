"""What the environment may say to the sandbox; asked in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from compose.local.topology import repository

ASK = "from compose.toss_sandbox import settings as s; print(repr(getattr(s, {!r})))"


def setting(
    name: str, tmp_path: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The setting's value in a process with these variables."""
    environment = {"STATE_DIR": str(tmp_path), "PYTHONPATH": str(repository)}
    return subprocess.run(
        [sys.executable, "-c", ASK.format(name)],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_in_production_it_does_not_run(tmp_path: Path) -> None:
    """It says why, in a sentence."""
    done = setting("BASE_URL", tmp_path, APP_PROFILE="production")
    assert done.returncode != 0
    assert "APP_PROFILE is 'production'; Toss's sandbox moves no money" in done.stderr
    assert not (tmp_path / "toss").exists()


@pytest.mark.parametrize(
    ("name", "variables", "value"),
    [
        ("BASE_URL", {}, "'http://127.0.0.1:3900'"),
        ("BASE_URL", {"PORT_OFFSET": "100"}, "'http://127.0.0.1:4000'"),
        ("WEBHOOK_URL", {}, "'http://127.0.0.1:3002/api/payments/webhook'"),
        (
            "WEBHOOK_URL",
            {"PORT_OFFSET": "100"},
            "'http://127.0.0.1:3102/api/payments/webhook'",
        ),
        ("WEBHOOK_URL", {"TOSS_SANDBOX_WEBHOOK_URL": ""}, "''"),
        ("SESSION_LASTS_S", {"TOSS_SANDBOX_SESSION_S": "5"}, "5"),
        ("CURRENCY", {"CURRENCY": "KRW"}, "'KRW'"),
    ],
)
def test_a_setting_is_what_was_said(
    tmp_path: Path, name: str, variables: dict[str, str], value: str
) -> None:
    """Or what is usual; an empty webhook address means that nobody is told."""
    done = setting(name, tmp_path, **variables)
    assert (done.stdout.strip(), done.stderr) == (value, "")


def test_a_wrong_address_is_named(tmp_path: Path) -> None:
    """It must be one that can be called."""
    done = setting("WEBHOOK_URL", tmp_path, TOSS_SANDBOX_WEBHOOK_URL="payments")
    assert "TOSS_SANDBOX_WEBHOOK_URL" in done.stderr
    assert "http:// or https://" in done.stderr
