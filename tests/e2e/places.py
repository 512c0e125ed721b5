"""At which ports the stacks of these tests stand, each known by its name."""

from __future__ import annotations

import os

from compose.local.backing import EMBEDDED

# Who tests two checkouts on one machine at a time moves one of them.
SHIFT = int(os.environ.get("E2E_SHIFT", "0"))

# Each has ports of its own, so that one need not wait for another's to be free. All
# small: what lies above 32767 the kernel gives to outgoing connections.
OFFSETS = {
    EMBEDDED: 400,
    "kafka-postgres": 410,
    "kafka-mongodb": 420,
    "bench": 430,
    "toss-auto": 440,
    "screens": 450,
}


def offset_of(place: str) -> int:
    """The PORT_OFFSET of the stack of this name."""
    return OFFSETS[place] + SHIFT
