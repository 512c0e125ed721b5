"""The faults that are offered are ones that the services have."""

from __future__ import annotations

import pytest

from common.conf.profile import REPOSITORY
from common.faults.points import SHARED
from orchestrator_svc.playground.faults import KINDS, PRESETS, Kind, kind_at


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_kind_is_at_a_point_that_there_is(kind: Kind) -> None:
    """With this action: shared points by their own list, others by the page on them."""
    shared = {f"{{}}.{point.name}": point.actions for point in SHARED}
    if kind.point in shared:
        assert kind.action in shared[kind.point]
        return
    lines = (REPOSITORY / "docs" / "faults.md").read_text().splitlines()
    (found,) = [line for line in lines if line.startswith(f"| `{kind.point}` |")]
    assert kind.action.value in found.split("|")[2]
    assert kind.point == f"{kind.services[0]}.{kind.point.partition('.')[2]}"


def test_a_fault_is_known_again() -> None:
    """By its point and what it does there: two kinds may share a point."""
    assert kind_at("order.handle", "slow") is KINDS["slow"]
    assert kind_at("order.handle", "crash") is KINDS["crash-before"]
    assert kind_at("toss.decline", "fail") is None


def test_presets_are_of_services_that_their_kinds_have() -> None:
    """Each."""
    for preset in PRESETS.values():
        for fault in preset.faults:
            assert fault.service in fault.kind.services, preset.key
