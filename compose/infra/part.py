"""What a part of the backbone is, and where it stands."""

from __future__ import annotations

import os
import pwd
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from compose.local.problem import Problem
from compose.local.topology import ProcessSpec, repository

Tell = Callable[[str], None]

OTHERS_MAY_ENTER = 0o001


class Part(Protocol):
    """One real component: what it takes, its processes, and when it is ready."""

    name: str
    processes: tuple[ProcessSpec, ...]

    def missing(self) -> str:
        """What must be installed first, as a sentence; empty when all is there."""

    def prepare(self, tell: Tell) -> None:
        """Afterwards its files are there and its processes can be started."""

    def complaint(self, spec: ProcessSpec) -> str:
        """Why this process does not serve yet; empty when it does."""

    def settle(self) -> None:
        """Make in the running component what a stack expects to find there."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a backbone stands: its folder, and what is added to its ports."""

    root: Path
    offset: int

    def data_of(self, name: str) -> Path:
        """The folder of a process's data."""
        return self.root / "data" / name

    @property
    def password_file(self) -> Path:
        """Where the password of this backbone is kept."""
        return self.root / "run" / "password"

    def password(self) -> str:
        """The password of this backbone, made once."""
        path = self.password_file
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(24))
        return path.read_text(encoding="ascii")

    def make_data(self, name: str, user: str) -> Path:
        """The folder of a process's data, made, and the user's where one is named."""
        path = self.data_of(name)
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        give(path, user)
        if user:
            self._let_in(user)
        return path

    def _let_in(self, user: str) -> None:
        """The other user may pass through our folders to its own."""
        for folder in (self.root / "data", self.root, self.root.parent):
            folder.chmod(folder.stat().st_mode | OTHERS_MAY_ENTER)
        for folder in self.root.parent.parents:
            if not folder.stat().st_mode & OTHERS_MAY_ENTER:
                raise Problem(
                    f"The user {user}, as whom this must run, can't enter {folder}. "
                    "Choose a STATE_DIR that others can enter: STATE_DIR=/var/tmp/saga."
                )


def give(path: Path, user: str) -> None:
    """The path is this user's, where one is named."""
    if user:
        owner = pwd.getpwnam(user)
        os.chown(path, owner.pw_uid, owner.pw_gid)


def account(user: str) -> str:
    """`user` where we are root and so must choose; else empty, and it runs as us."""
    return user if os.geteuid() == 0 else ""


def as_child(program: Sequence[str], user: str = "") -> tuple[str, ...]:
    """The command that runs a program as a child of ours, and as that user."""
    as_user = ("--user", user) if user else ()
    return (sys.executable, "-m", "compose.infra.child", *as_user, *program)


def infra_process(
    name: str,
    part: str,
    port: int,
    program: Sequence[str],
    *,
    user: str = "",
    environment: Mapping[str, str] | None = None,
    stop_signal: str = "TERM",
) -> ProcessSpec:
    """A process of a part: all of a part start and stop side by side."""
    return ProcessSpec(
        name=name,
        kind="infra",
        service=part,
        port=port,
        command=as_child(program, user),
        environment={"PYTHONPATH": str(repository), **(environment or {})},
        group=part,
        stop_signal=stop_signal,
    )
