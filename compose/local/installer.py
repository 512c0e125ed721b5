"""pip, with progress that fits on a line and failures that fit in a sentence."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from compose.local.problem import Problem

OPTIONS = (
    "--require-hashes",
    "--only-binary=:all:",
    "--disable-pip-version-check",
    "--no-input",
    "--progress-bar=off",
    "--retries=2",
    "--timeout=20",
)

NO_SPACE = ("No space left on device", "Disk quota exceeded")
NO_NETWORK = (
    "Failed to establish a new connection",
    "NewConnectionError",
    "NameResolutionError",
    "Temporary failure in name resolution",
    "Max retries exceeded",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "Network is unreachable",
)
NO_WHEEL = ("No matching distribution found", "Could not find a version")
OTHER_HASH = ("DO NOT MATCH THE HASHES",)


def install(python: Path, lock: Path) -> None:
    """Install exactly what the lock names, checked by hash.

    Progress goes to stderr: stdout is for what the command was asked for.
    """
    total = _pinned(lock)
    say(f"Installing {total} packages of {lock.name} ...")
    started = time.monotonic()
    command = [str(python), "-m", "pip", "install", *OPTIONS, "-r", str(lock)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        said = list(_shown(pip.stdout or (), total))
    if pip.returncode != 0:
        raise Problem(reason("\n".join(said), lock))
    say(f"  {total} packages ({time.monotonic() - started:.0f} s)")


def say(text: str, end: str = "\n") -> None:
    """Tell the person who waits; nobody who reads the command's result."""
    print(text, end=end, file=sys.stderr, flush=True)


def _pinned(lock: Path) -> int:
    return sum("==" in line for line in lock.read_text().splitlines())


def _shown(lines: Iterator[str] | tuple[()], total: int) -> Iterator[str]:
    """Every line pip says; a terminal sees how far it has come."""
    on_terminal = sys.stderr.isatty()
    collected = 0
    for line in lines:
        yield line.rstrip()
        if not on_terminal:
            continue
        collected += line.startswith("Collecting ")
        text = f"{collected} of {total} collected"
        if line.startswith("Installing collected packages"):
            text = "unpacking"
        say(f"\r  {text:<40}", end="")
    if on_terminal:
        say(f"\r{'':<42}\r", end="")


def reason(said: str, lock: Path) -> str:
    """Why the installation failed and what to do, in a sentence or two."""
    if _any(NO_SPACE, said):
        return (
            "There is no space left for the packages. Free some, or put the virtual "
            "environment elsewhere: SAGA_VENV=/path/to/a/directory."
        )
    if _any(OTHER_HASH, said):
        return (
            f"A package is not the one that {lock.name} was written for (its hash "
            "differs), and was not installed. Check the package index pip is set to."
        )
    if _any(NO_NETWORK, said):
        return (
            "The packages can't be downloaded: no network, or pip's package index does "
            "not answer. Check the connection (and pip's proxy settings), then run the "
            "same command again."
        )
    if _any(NO_WHEEL, said):
        return (
            "A package has no build for this Python and machine. Python 3.11 to 3.13 "
            f"on Linux and macOS are known to work. pip said: {_last_error(said)}"
        )
    return f"pip could not install {lock.name}: {_last_error(said)}"


def _any(signs: tuple[str, ...], said: str) -> bool:
    return any(sign in said for sign in signs)


def _last_error(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["nothing"])[-1].removeprefix("ERROR:").strip()
