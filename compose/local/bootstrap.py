"""The virtual environment: made once, changed when the locks do.

The standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from compose.local import cli
from compose.local.installer import install, say
from compose.local.problem import Problem

repository = Path(__file__).resolve().parents[2]
requirements = repository / "requirements"

NEEDED_BYTES = 500 * 1024**2


def main(argv: Sequence[str]) -> int:
    """Run the command in an environment that has what it needs; returns the exit code.

    A mistyped command and a request for help install nothing.
    """
    return cli.guarded(lambda: _main(list(argv)))


def _main(argv: list[str]) -> int:
    request = cli.parse(argv)
    if request is not None:
        environment = Environment(venv_directory())
        environment.ensure(dev=request.command == "test")
        if not environment.is_ours():
            environment.run_again(argv)
    return cli.main(argv)


def venv_directory() -> Path:
    """Where the virtual environment is (SAGA_VENV)."""
    return Path(os.environ.get("SAGA_VENV") or repository / ".venv").absolute()


class Environment:
    """One virtual environment and the note in it of what it holds."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.python = root / "bin" / "python"
        self.stamp = root / ".saga-stamp.json"

    def is_ours(self) -> bool:
        """True when this very process runs in the environment."""
        return Path(sys.prefix).resolve() == self.root.resolve()

    def run_again(self, argv: Sequence[str]) -> NoReturn:
        """Become the same command under the environment's Python."""
        command = [str(self.python), str(repository / "manage_all.py"), *argv]
        os.execv(command[0], command)

    def ensure(self, *, dev: bool) -> None:
        """Afterwards it holds what the locks say, with the test tools if `dev`."""
        if self._missing(dev):
            with _one_at_a_time(_existing_parent(self.root)):
                self._install(dev)

    def _missing(self, dev: bool) -> list[str]:
        """The locks whose present text is not installed."""
        noted = self._noted()
        locks = ["base", "dev"] if dev else ["base"]
        return [lock for lock in locks if noted.get(lock) != digest(lock)]

    def _noted(self) -> dict[str, str]:
        """What the stamp says; nothing when the environment is not whole."""
        try:
            noted: dict[str, str] = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}
        # Its Python may have been removed, and the link to it points nowhere then.
        return noted if self.python.exists() else {}

    def _install(self, dev: bool) -> None:
        missing = self._missing(dev)  # another process may have been here before us
        if not missing:
            return
        noted = self._noted()
        self._check_space()
        if not noted:
            self._make()
        self.stamp.unlink(missing_ok=True)
        for lock in missing:
            install(self.python, requirements / f"{lock}.txt")
            noted[lock] = digest(lock)
        self.stamp.write_text(json.dumps(noted))

    def _check_space(self) -> None:
        place = _existing_parent(self.root)
        free = shutil.disk_usage(place).free
        if free < NEEDED_BYTES:
            raise Problem(
                f"{place} has {free // 1024**2} MB free and the virtual environment "
                f"needs {NEEDED_BYTES // 1024**2} MB. Free some, or put it elsewhere: "
                "SAGA_VENV=/path/to/a/directory."
            )

    def _make(self) -> None:
        """Make the environment, in place of one that was left half-made."""
        started = time.monotonic()
        self._remove_half_made()
        say(f"Making the virtual environment {self.root} ...")
        command = [sys.executable, "-m", "venv", str(self.root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            shutil.rmtree(self.root, ignore_errors=True)
            raise Problem(self._why_not_made(done.stdout + done.stderr))
        seconds = time.monotonic() - started
        say(f"  Python {platform.python_version()} ({seconds:.0f} s)")

    def _remove_half_made(self) -> None:
        if not self.root.exists():
            return
        if any(self.root.iterdir()) and not (self.root / "pyvenv.cfg").exists():
            raise Problem(
                f"SAGA_VENV {self.root} holds other things than a virtual environment. "
                "Name a directory that is empty or not there yet."
            )
        shutil.rmtree(self.root)

    def _why_not_made(self, said: str) -> str:
        if "ensurepip" in said:
            return (
                "This Python can't make virtual environments. On Debian or Ubuntu: "
                "apt install python3-venv; then run the same command again."
            )
        if "ermission denied" in said or "Read-only file system" in said:
            return (
                f"{self.root} can't be written. Choose another place for the virtual "
                "environment: SAGA_VENV=/path/to/a/directory."
            )
        return f"The virtual environment {self.root} could not be made: {said.strip()}"


def digest(lock: str) -> str:
    """A name for the text of a lock and for the Python it was installed with."""
    text = (requirements / f"{lock}.txt").read_bytes()
    version = ".".join(platform.python_version_tuple()[:2]).encode()
    return hashlib.sha256(version + b"\n" + text).hexdigest()


def _existing_parent(path: Path) -> Path:
    return next(parent for parent in path.parents if parent.exists())


@contextmanager
def _one_at_a_time(place: Path) -> Iterator[None]:
    """Wait until no other command prepares an environment in this folder.

    It is the environment's folder and not the checkout's: two checkouts may share one
    environment, and must not remove it under each other.
    """
    handle = os.open(place, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another command that installs ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
