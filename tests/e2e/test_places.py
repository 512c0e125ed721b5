"""The stacks of these tests stand side by side, where no port is given to others."""

from __future__ import annotations

from itertools import combinations, groupby
from pathlib import Path

import pytest

from compose.infra.kafka import CONTROLLER_PORT
from compose.local.backing import STACKS
from compose.local.stack import Stack
from tests.e2e.conftest import stack_of
from tests.e2e.places import OFFSETS

# From here on Linux gives ports to outgoing connections; others begin higher up.
FIRST_OUTGOING = 32768
STOREFRONT = (3000, 3005)


def ports_of(place: str, folder: Path) -> set[int]:
    """All that a stack there may listen on, whatever kind it is."""
    offset = OFFSETS[place]
    found = {port + offset for port in (CONTROLLER_PORT, *STOREFRONT)}
    for kind, parts in STACKS.items():
        stack = Stack(folder, offset, env={}, kind=kind)
        found |= {spec.port for spec in stack.processes}
        if stack.infra:
            servers = [stack.infra.parts[name] for name in parts]
            found |= {spec.port for part in servers for spec in part.processes}
    return found


@pytest.mark.parametrize("place", OFFSETS)
def test_every_port_is_ours_to_choose(place: str, tmp_path: Path) -> None:
    """No outgoing connection, of anybody on the machine, can have taken it."""
    ports = ports_of(place, tmp_path)
    assert len(ports) == 4 + 1 + 2 + 2 + 1 + 1 + 4  # the last: a MongoDB a service
    assert max(ports) < FIRST_OUTGOING


@pytest.mark.parametrize(("one", "other"), list(combinations(OFFSETS, 2)))
def test_no_two_stacks_meet(one: str, other: str, tmp_path: Path) -> None:
    """Each port is of one stack."""
    assert not ports_of(one, tmp_path) & ports_of(other, tmp_path)


def test_no_stack_is_started_twice(request: pytest.FixtureRequest) -> None:
    """Tests on one stack follow each other: to change it takes half a minute."""
    items = request.session.items
    stacks = [stack for stack, _ in groupby(items, stack_of)]
    assert len(stacks) == len(set(stacks))
    assert {item.name for item in items if not keeps_stack(item)} == set()


def keeps_stack(item: pytest.Item) -> bool:
    """False where a parameter beside the stack's makes it last for one test."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or "shop" not in callspec.params:
        return True
    return bool(callspec._arg2scope["shop"].value == "session")
