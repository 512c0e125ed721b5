"""The virtual environment: made, found whole, made anew, or refused with a sentence."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from compose.local import bootstrap
from compose.local.bootstrap import Environment, digest
from compose.local.problem import Problem


class Usage(NamedTuple):
    """What shutil.disk_usage answers."""

    total: int
    used: int
    free: int


class Installed(list[str]):
    """The names of the locks that were installed, in order."""


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Installed:
    """`pip` and `python -m venv` replaced by notes of what they were asked for."""
    names = Installed()

    def make(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        root = Path(command[-1])
        (root / "bin").mkdir(parents=True)
        (root / "bin" / "python").touch()
        (root / "pyvenv.cfg").touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    def install(python: Path, lock: Path) -> None:
        assert python.exists()
        names.append(lock.name)

    monkeypatch.setattr(subprocess, "run", make)
    monkeypatch.setattr(bootstrap, "install", install)
    return names


def test_it_is_made_once(tmp_path: Path, installed: Installed) -> None:
    """The second time nothing is installed."""
    environment = Environment(tmp_path / "venv")
    environment.ensure(dev=False)
    environment.ensure(dev=False)
    assert installed == ["base.txt"]


def test_a_first_command_prints_its_result_only(
    tmp_path: Path, installed: Installed, capfd: pytest.CaptureFixture[str]
) -> None:
    """That an environment is made for it is told beside: `status --json` is JSON."""
    Environment(tmp_path / "venv").ensure(dev=False)
    told = capfd.readouterr()
    assert (installed, told.out) == (["base.txt"], "")
    assert told.err.startswith("Making the virtual environment")


def test_the_test_tools_come_when_they_are_needed(
    tmp_path: Path, installed: Installed
) -> None:
    """`test` adds them, other commands do without, and keep them."""
    environment = Environment(tmp_path / "venv")
    environment.ensure(dev=False)
    environment.ensure(dev=True)
    environment.ensure(dev=False)
    assert installed == ["base.txt", "dev.txt"]
    assert json.loads(environment.stamp.read_text()) == {
        "base": digest("base"),
        "dev": digest("dev"),
    }


def test_checkouts_that_share_it_wait_for_each_other(
    tmp_path: Path, installed: Installed, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whoever installs holds the environment's folder, not its own checkout's."""
    environment = Environment(tmp_path / "venv")
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    waiting = threading.Thread(target=environment.ensure, kwargs={"dev": False})
    waiting.start()
    waiting.join(timeout=0.3)
    assert waiting.is_alive()
    assert installed == []
    os.close(handle)
    waiting.join(timeout=20)
    assert installed == ["base.txt"]
    assert "Waiting for another command" in capfd.readouterr().err


def test_another_lock_is_installed(tmp_path: Path, installed: Installed) -> None:
    """A lock that has changed since is installed over what is there."""
    environment = Environment(tmp_path / "venv")
    environment.ensure(dev=True)
    noted = json.loads(environment.stamp.read_text())
    environment.stamp.write_text(json.dumps({**noted, "base": "an older text"}))
    installed.clear()
    environment.ensure(dev=True)
    assert installed == ["base.txt"]


def test_one_left_half_made_is_made_anew(tmp_path: Path, installed: Installed) -> None:
    """Without its stamp nothing in it is trusted."""
    root = tmp_path / "venv"
    root.mkdir()
    (root / "pyvenv.cfg").touch()
    (root / "left-over").touch()
    Environment(root).ensure(dev=False)
    assert installed == ["base.txt"]
    assert not (root / "left-over").exists()


def test_one_whose_python_is_gone_is_made_anew(
    tmp_path: Path, installed: Installed
) -> None:
    """A system upgrade may take away the Python it was made with."""
    environment = Environment(tmp_path / "venv")
    environment.ensure(dev=False)
    environment.python.unlink()
    environment.python.symlink_to(tmp_path / "no such python")
    environment.ensure(dev=False)
    assert installed == ["base.txt", "base.txt"]


def test_a_failed_installation_leaves_no_stamp(
    tmp_path: Path, installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next command begins anew."""

    def fail(*_: Path) -> None:
        raise Problem("no network")

    environment = Environment(tmp_path / "venv")
    environment.ensure(dev=False)
    monkeypatch.setattr(bootstrap, "install", fail)
    with pytest.raises(Problem):
        environment.ensure(dev=True)
    assert not environment.stamp.exists()
    assert installed == ["base.txt"]


def test_a_directory_of_other_things_is_left_alone(
    tmp_path: Path, installed: Installed
) -> None:
    """SAGA_VENV pointing at somebody's work removes nothing."""
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(Problem, match="holds other things than a virtual environment"):
        Environment(tmp_path).ensure(dev=False)
    assert (tmp_path / "thesis.txt").exists()
    assert installed == []


def test_too_little_space_is_said_before_anything_is_made(
    tmp_path: Path, installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says how much there is and how much is needed."""
    usage = Usage(total=10**9, used=10**9, free=5 * 1024**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    root = tmp_path / "venv"
    with pytest.raises(Problem, match=r"has 5 MB free and .* needs 500 MB") as caught:
        Environment(root).ensure(dev=False)
    assert caught.value.exit_code == 2
    assert not root.exists()
    assert installed == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("ensurepip is not available", "apt install python3-venv"),
        ("Error: [Errno 13] Permission denied: '/v'", "can't be written"),
        ("Error: [Errno 5] Input/output error", "could not be made: Error: [Errno 5]"),
    ],
)
def test_why_it_could_not_be_made(
    said: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is a sentence, and nothing half-made is left."""
    root = tmp_path / "venv"

    def fail(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        root.mkdir()
        return subprocess.CompletedProcess(command, 1, "", said)

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(Problem) as caught:
        Environment(root).ensure(dev=False)
    assert sentence in str(caught.value)
    assert not root.exists()
