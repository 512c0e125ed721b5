"""A process ends with its parent, but not with a thread of its container's runtime."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from compose.local.topology import repository
from tests.compose.local.namespace import in_its_own_namespace

# Prints which signal the kernel sends when the parent ends; 0: none.
ASK = """
import ctypes
from compose.local.parent import die_with_parent
die_with_parent()
signal = ctypes.c_int()
assert ctypes.CDLL(None).prctl(2, ctypes.byref(signal)) == 0
print(signal.value)
"""


def signal_asked_for(starter: Sequence[str] = ()) -> int:
    """What a process asks the kernel for, started so."""
    done = subprocess.run(
        [*starter, sys.executable, "-c", ASK],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def test_a_process_is_killed_with_its_parent() -> None:
    """SIGKILL, which it cannot miss."""
    assert signal_asked_for() == 9


def test_process_1_of_a_container_asks_for_nothing() -> None:
    """Its parent is a thread of the runtime, which may end while the container runs."""
    assert signal_asked_for(in_its_own_namespace()) == 0
