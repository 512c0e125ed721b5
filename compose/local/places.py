"""Where a stack keeps its files, and how a directory of ours is known."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from compose.local.problem import Problem
from compose.local.topology import repository

MARKER = ".saga-state"
STACK_PARTS = ("db", "log", "broker", "logs", "run", "toss", "faults")
KEPT_FILE = "secret_key"  # made by the services, see common.conf.profile

# Paths with these can't be written in an address or in the supervisor's file.
UNSAFE = '%"?#;\n'

# Linux allows 108 bytes; the supervisor first binds `<path>.<pid>`.
LONGEST_SOCKET_PATH = 96


class Places:
    """The files of a stack in one STATE_DIR, or of what it stands on in a part of it.

    `parts` are the directories that are made; `guests` those that others make, which
    go with the rest.
    """

    def __init__(
        self,
        state_dir: Path,
        parts: Sequence[str] = STACK_PARTS,
        guests: Sequence[str] = (),
    ) -> None:
        self._parts = tuple(parts)
        self._all_parts = (*parts, *guests)
        self.root = state_dir.absolute()
        self.marker = self.root / MARKER
        self.run = self.root / "run"
        self.logs = self.root / "logs"
        self.configuration = self.run / "supervisord.conf"
        self.pid = self.run / "supervisord.pid"
        self.lock = self.run / "lock"
        self.migrated = self.run / "migrated"
        self.started = self.run / "started.json"

    def write_configuration(self, text: str) -> None:
        """Write the supervisor's file; it holds passwords, so nobody else reads it."""
        self.configuration.touch(mode=0o600)
        self.configuration.write_text(text)

    @property
    def socket(self) -> Path:
        """The supervisor's socket; in a private directory where STATE_DIR is long."""
        path = self.run / "supervisor.sock"
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            return path
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        private = Path(tempfile.gettempdir()) / f"saga-{os.getuid()}-{digest}"
        return private / "supervisor.sock"

    def log_of(self, name: str) -> Path:
        """The file a process writes its output to."""
        return self.logs / f"{name}.log"

    def make(self) -> None:
        """Afterwards every directory exists, is writable, and is marked as ours."""
        self._check_name()
        try:
            self._make_directories()
        except OSError as error:
            raise Problem(
                f"STATE_DIR {self.root} can't be written ({error.strerror}). "
                "Choose another: STATE_DIR=/path/to/a/directory."
            ) from error

    def _check_name(self) -> None:
        for what, path in (("STATE_DIR", self.root), ("The repository", repository)):
            if found := [sign for sign in UNSAFE if sign in str(path)]:
                raise Problem(
                    f"{what} {str(path)!r} contains {found[0]!r}, which the supervisor "
                    "can't read. Use a path without it."
                )

    def _make_directories(self) -> None:
        for part in self._parts:
            (self.root / part).mkdir(parents=True, exist_ok=True)
        self.marker.write_text("The files of a local saga-playground stack.\n")
        self.socket.parent.mkdir(mode=0o700, exist_ok=True)
        if self.socket.parent.stat().st_uid != os.getuid():
            raise PermissionError(
                0, f"{self.socket.parent} belongs to another user", None
            )
        # Root may write where the mode forbids it, a full disk refuses root too.
        probe = self.run / f"probe-{os.getpid()}"
        probe.write_bytes(b"." * 4096)
        probe.unlink()

    def remove(self) -> list[str]:
        """Delete what the stack made and nothing else; returns what was deleted."""
        self.check_ours()
        found = [part for part in self._all_parts if (self.root / part).is_dir()]
        for part in found:
            shutil.rmtree(self.root / part)
        (self.root / KEPT_FILE).unlink(missing_ok=True)
        self.marker.unlink()
        if not any(self.root.iterdir()):
            self.root.rmdir()
        return found

    def check_ours(self) -> None:
        """Raise unless this directory was made by `up`."""
        if not self.marker.is_file():
            raise Problem(
                f"{self.root} was not made by `up` (it has no file {MARKER}). "
                "Nothing was removed; check STATE_DIR."
            )
        for part in self._all_parts:
            if (self.root / part).is_symlink():
                raise Problem(
                    f"{self.root / part} is a link to another place. "
                    "Nothing was removed; remove the link by hand."
                )
