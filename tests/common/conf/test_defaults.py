"""The parts of settings hold what the services rely on."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from common.conf import defaults
from common.conf.env import ConfigurationError
from common.conf.profile import REPOSITORY
from common.conf.service import SERVICES

SETTINGS = [REPOSITORY / one.package / "settings.py" for one in SERVICES.values()]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A state folder of its own, with nothing else set."""
    for name in ("DATABASE_URL", "LOG_URL", "CELERY_BROKER_URL", "APP_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state of things"))


def test_a_service_has_a_file_of_its_own(tmp_path: Path) -> None:
    """In a folder that is made."""
    file = Path(defaults.databases("order")["default"]["NAME"])
    assert file == tmp_path / "state of things" / "db" / "order.sqlite3"
    assert file.parent.is_dir()


@pytest.mark.parametrize("slashes", ["///", "////"])
def test_a_database_can_be_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, slashes: str
) -> None:
    """By address, with three slashes or four."""
    address = f"sqlite:{slashes}{str(tmp_path).lstrip('/')}/a%20b.db"
    monkeypatch.setenv("DATABASE_URL", address)
    assert defaults.databases("order")["default"]["NAME"] == f"{tmp_path}/a b.db"


def test_other_databases_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the scheme that is served."""
    monkeypatch.setenv("DATABASE_URL", "mysql://db/x")
    with pytest.raises(ConfigurationError, match="must start with sqlite://"):
        defaults.databases("order")


@pytest.mark.django_db
def test_the_pragmas_are_in_force() -> None:
    """On every connection; the sync is common.storage.durable's, not the commit's."""
    with connection.cursor() as cursor:
        values = {}
        for name in ("journal_mode", "synchronous", "busy_timeout", "temp_store"):
            values[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
    assert values == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 15000,
        "temp_store": 2,
    }


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
    """Under 90 lines each, the same names in the same order."""

    def names(path: Path) -> list[str]:
        tree = ast.parse(path.read_text())
        found = [one.targets[0] for one in tree.body if isinstance(one, ast.Assign)]
        return [one.id for one in found if isinstance(one, ast.Name)]

    assert names(file) == names(SETTINGS[0])
    assert len(file.read_text().splitlines()) < 90


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
