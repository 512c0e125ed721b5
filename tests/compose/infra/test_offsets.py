"""Each test's servers have ports that nobody else is given."""

from __future__ import annotations

import socket
import subprocess
import sys

from compose.infra.offsets import _is_free, own_offset
from compose.infra.redis import PORT
from compose.local.topology import repository

ASK = """
from compose.infra.offsets import own_offset
with own_offset("kafka") as offset:
    print(offset)
"""


def test_an_offset_is_ours_though_nothing_listens_there() -> None:
    """As while a broker is down."""
    with own_offset("kafka") as ours:
        assert asked_by_another() != ours


def test_a_port_that_is_in_use_is_left_alone() -> None:
    """Whoever listens there."""
    with own_offset("redis") as ours, socket.socket() as listener:
        assert _is_free(ours, ("redis",))
        listener.bind(("127.0.0.1", PORT + ours))
        listener.listen()
        assert not _is_free(ours, ("redis",))


def asked_by_another() -> int:
    """The offset that another process is given."""
    told = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(told.stdout)
