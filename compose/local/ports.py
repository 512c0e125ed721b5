"""Whether the ports of the services are free."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import psutil

from common.conf.service import HOST
from compose.local.problem import Problem
from compose.local.topology import ProcessSpec


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
        lines.append(
            "Stop that program, or move this stack to other ports, for example "
            "PORT_OFFSET=100."
        )
        raise Problem("\n".join(lines))


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
