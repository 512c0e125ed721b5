"""The supervisor of one stack, spoken to over its socket."""

from __future__ import annotations

import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from compose.local.places import Places
from compose.local.problem import Problem
from compose.local.topology import repository

UNREACHABLE = (OSError, HTTPException, xmlrpc.client.ProtocolError)


@dataclass(frozen=True, slots=True)
class Supervised:
    """What the supervisor says of one process."""

    name: str
    group: str
    state: str
    pid: int | None
    started: int  # when, in seconds; another number is another start


def wait_until(holds: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """True as soon as `holds()` does, False when it didn't within `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


class Supervisor:
    """Starts, asks and stops the supervisor that keeps the processes running."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def launch(self, environment: Mapping[str, str]) -> None:
        """Start the supervisor, which starts every process; it answers from now on."""
        # It leaves the terminal only after it has opened its socket.
        done = subprocess.run(
            [
                *(sys.executable, "-m", "supervisor.supervisord"),
                *("-c", str(self._places.configuration)),
            ],
            env=dict(environment),
            cwd=repository,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            raise Problem(f"The supervisor did not start: {said}", 1)

    def is_up(self) -> bool:
        """True when a supervisor answers, if only to say that it is shutting down."""
        try:
            self._call("getPID")
        except xmlrpc.client.Fault:
            return True
        except UNREACHABLE:
            return False
        return True

    def processes(self) -> dict[str, Supervised]:
        """Every process the supervisor knows, by name; empty when it is not up."""
        found = self._ask("getAllProcessInfo") or []
        return {
            info["name"]: Supervised(
                info["name"],
                info["group"],
                info["statename"],
                info["pid"] or None,
                info["start"],
            )
            for info in found
        }

    def start(self, name: str) -> None:
        """Let this process run; nothing changes where it does already."""
        try:
            self._call("startProcess", self._full_name(name), False)
        except xmlrpc.client.Fault as fault:
            if not fault.faultString.startswith("ALREADY_STARTED"):
                raise Problem(
                    f"{name} does not start: {fault.faultString}", 1
                ) from fault

    def stop(self, name: str) -> None:
        """End this process and return when it has ended."""
        try:
            self._call("stopProcess", self._full_name(name), True)
        except xmlrpc.client.Fault as fault:
            if not fault.faultString.startswith("NOT_RUNNING"):
                raise Problem(
                    f"{name} does not stop: {fault.faultString}", 1
                ) from fault

    def update(self) -> None:
        """Start the groups that are new in the configuration, end those gone from it.

        A group that is in it as before goes on undisturbed.
        """
        ((added, changed, removed),) = self._call("reloadConfig")
        for group in [*removed, *changed]:
            self._call("stopProcessGroup", group, True)
            self._call("removeProcessGroup", group)
        for group in [*changed, *added]:
            self._call("addProcessGroup", group)

    def shutdown(self, seconds: float = 30) -> None:
        """End every process, then the supervisor; return when all have ended."""
        self._ask("shutdown")
        if not wait_until(lambda: not self.is_up(), seconds):
            raise Problem(
                f"The processes did not stop within {seconds:.0f} s; "
                f"see {self._places.log_of('supervisord')}.",
                1,
            )
        wait_until(lambda: not self._places.pid.exists(), 5)

    def _full_name(self, name: str) -> str:
        known = self.processes().get(name)
        if known is None:
            raise Problem(f"The supervisor knows no process {name!r}.", 1)
        return f"{known.group}:{name}"

    def _ask(self, method: str) -> Any:
        """The answer, or None where no supervisor gives one, or it is shutting down."""
        try:
            return self._call(method)
        except (xmlrpc.client.Fault, *UNREACHABLE):
            return None

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._places.socket}")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport) as server:
            return getattr(server.supervisor, method)(*arguments)
