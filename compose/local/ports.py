"""Whether the ports of the services are free."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path

import psutil

from common.conf.service import HOST
from compose.local.problem import Problem
from compose.local.topology import ProcessSpec

OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")  # on Linux only


def is_free(port: int) -> bool:
    """True when nobody listens on `port` of this machine's own address.

    Asked by binding without SO_REUSEPORT: granian sets it, so a second server would
    start without a word and share the requests with the first.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def require_free(specs: Sequence[ProcessSpec]) -> None:
    """Raise unless the port of every process that listens is valid and free."""
    listening = [spec for spec in specs if spec.kind != "worker"]
    for spec in listening:
        if not 0 < spec.port < 65536:
            raise Problem(
                f"PORT_OFFSET puts {spec.service} on port {spec.port}, "
                "and ports go from 1 to 65535. Choose another offset."
            )
    taken = [spec for spec in listening if not is_free(spec.port)]
    if taken:
        lines = [
            f"Port {spec.port}, which {_who(spec)} needs, is in use"
            f"{_by_whom(spec.port)}."
            for spec in taken
        ]
        raise Problem("\n".join([*lines, _way_out(taken)]))


def given_away() -> range:
    """The ports that this system gives to outgoing connections, where it tells."""
    try:
        first, last = OUTGOING.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return range(0)
    return range(int(first), int(last) + 1)


def _way_out(taken: Sequence[ProcessSpec]) -> str:
    """What to do: elsewhere any program may have such a port, now or at any time."""
    outgoing = given_away()
    if among := [spec.port for spec in taken if spec.port in outgoing]:
        return (
            f"Port {among[0]} is in the range from which this system gives ports to "
            f"outgoing connections ({outgoing[0]} to {outgoing[-1]}); choose a smaller "
            "PORT_OFFSET."
        )
    return (
        "Stop that program, or move this stack to other ports, for example "
        "PORT_OFFSET=100."
    )


def _who(spec: ProcessSpec) -> str:
    return f"the {spec.service} service" if spec.kind == "web" else spec.name


def _by_whom(port: int) -> str:
    """` by <program> (pid n)` where the system tells us."""
    try:
        for found in psutil.net_connections("tcp"):
            if found.laddr and found.laddr.port == port and found.pid:
                return f" by {psutil.Process(found.pid).name()} (pid {found.pid})"
    except psutil.Error:
        pass  # another user's process: its name is not ours to see
    return ""
