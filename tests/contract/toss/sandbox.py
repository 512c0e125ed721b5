"""A sandbox of a test's own: the real process, on a free port, that may be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from compose.local import sandbox
from compose.local.topology import repository

START_S = 30
FIRST_PORT = 3900
OF_A_SHELL = ("TOSS_", "PORT_OFFSET", "CURRENCY", "DJANGO_", "STATE_DIR", "APP_PROFILE")


class SandboxProcess:
    """Started with a state of its own; webhooks go to `webhook_url`, if to anybody."""

    def __init__(self, state_dir: Path, webhook_url: str = "") -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = state_dir / "sandbox.log"
        self._environment = {
            **_shell(),
            **sandbox.environment(state_dir, self.port - FIRST_PORT, repository),
            "APP_PROFILE": "test",
            "TOSS_SANDBOX_WEBHOOK_URL": webhook_url,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """It runs, and answers."""
        run = (sys.executable, "-m", "compose.local.process", "web")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*run, sandbox.APPLICATION, str(self.port), str(sandbox.THREADS)],
                env=self._environment,
                cwd=repository,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            gone = self._process.poll() is not None
            if gone or time.monotonic() > deadline:
                raise AssertionError(f"no sandbox: {self._log.read_text()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """It is dead at once, with all that it was doing."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """It has ended in peace."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, how)
            self._process.wait(START_S)
            self._process = None

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


def _shell() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OF_A_SHELL)
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
