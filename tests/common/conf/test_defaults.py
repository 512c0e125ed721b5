"""The parts of settings hold what the services rely on."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from common.conf import defaults
from common.conf.profile import REPOSITORY
from common.conf.service import SERVICES

SETTINGS = [REPOSITORY / one.package / "settings.py" for one in SERVICES.values()]
# What not every service has to do with.
OF_SOME = {"SERVICE_RECOVERY", "TOSS_CONFIRM_WITHIN_S", "TOSS_TIMEOUT_S"}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A state folder of its own, with nothing else set."""
    for name in ("LOG_URL", "CELERY_BROKER_URL", "APP_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state of things"))


def test_only_production_throttles(monkeypatch: pytest.MonkeyPatch) -> None:
    """By user and by address."""
    assert "DEFAULT_THROTTLE_RATES" not in defaults.rest_framework()
    monkeypatch.setenv("APP_PROFILE", "production")
    rates = defaults.rest_framework()["DEFAULT_THROTTLE_RATES"]
    assert rates == {"anon": "60/min", "user": "6000/min"}


def test_a_proxy_is_believed_in_production_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Elsewhere anybody could send the header."""
    assert defaults.proxy_ssl_header() is None
    monkeypatch.setenv("APP_PROFILE", "production")
    assert defaults.proxy_ssl_header() == ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize("file", SETTINGS, ids=lambda file: file.parent.name)
def test_settings_are_short_and_name_the_same_things(file: Path) -> None:
    """Under 100 lines each, the same names in the same order, but for OF_SOME."""

    def names(path: Path) -> list[str]:
        tree = ast.parse(path.read_text())
        found = [one.targets[0] for one in tree.body if isinstance(one, ast.Assign)]
        named = [one.id for one in found if isinstance(one, ast.Name)]
        return [name for name in named if name not in OF_SOME]

    assert names(file) == names(SETTINGS[0])
    assert len(file.read_text().splitlines()) < 100


READ = "import {0}.settings as s; print(s.DEBUG, s.SESSION_COOKIE_SECURE, {1})"


@pytest.mark.parametrize("package", [one.package for one in SERVICES.values()])
def test_production_settings_are_strict(package: str, tmp_path: Path) -> None:
    """No debugging, secure cookies, HSTS for a year."""
    code = READ.format(package, "s.SECURE_HSTS_SECONDS, s.ALLOWED_HOSTS")
    strict = {
        "APP_PROFILE": "production",
        "SECRET_KEY": "k" * 40,
        "ALLOWED_HOSTS": "shop.example",
        "STATE_DIR": str(tmp_path),
    }
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={**os.environ, **strict},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.strip() == "False True 31536000 ['shop.example']", run.stderr
