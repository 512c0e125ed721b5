"""The profile decides how strict a process is."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from common.conf import profile
from common.conf.env import ConfigurationError


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A demo of its own."""
    for name in ("APP_PROFILE", "SECRET_KEY", "ALLOWED_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path))


def test_demo_is_the_default() -> None:
    """Loopback hosts only."""
    assert profile.profile() is profile.Profile.DEMO
    assert profile.allowed_hosts() == ["localhost", "127.0.0.1", "[::1]"]


def test_demo_keeps_a_secret_of_its_own(tmp_path: Path) -> None:
    """Made once, readable by its owner alone."""
    first = profile.secret_key()
    assert len(first) >= 32
    assert profile.secret_key() == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_processes_that_start_together_share_the_secret() -> None:
    """The first one written counts for all."""
    start = threading.Barrier(8)
    keys: list[str] = []

    def read() -> None:
        start.wait()
        keys.append(profile.secret_key())

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5)
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_production_wants_a_long_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least 32 characters, and given."""
    monkeypatch.setenv("APP_PROFILE", "production")
    with pytest.raises(ConfigurationError, match="SECRET_KEY is not set"):
        profile.secret_key()
    monkeypatch.setenv("SECRET_KEY", "x" * 31)
    with pytest.raises(ConfigurationError, match="at least 32 characters"):
        profile.secret_key()
    monkeypatch.setenv("SECRET_KEY", "x" * 32)
    assert profile.secret_key() == "x" * 32


def test_production_wants_its_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Named one by one."""
    monkeypatch.setenv("APP_PROFILE", "production")
    with pytest.raises(ConfigurationError, match="ALLOWED_HOSTS is not set"):
        profile.allowed_hosts()
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example")
    assert profile.allowed_hosts() == ["a.example", "b.example"]


def test_demo_answers_other_names_too_when_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Beside its own, each once: containers have names of theirs."""
    monkeypatch.setenv("ALLOWED_HOSTS", "order-web,localhost")
    own = ["localhost", "127.0.0.1", "[::1]"]
    assert profile.allowed_hosts() == [*own, "order-web"]


def test_a_profile_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the three that are."""
    monkeypatch.setenv("APP_PROFILE", "prod")
    with pytest.raises(ConfigurationError, match="demo, test, production"):
        profile.profile()
