"""Every walk of the reply tree ends, and a compensated one has left no trace."""

from __future__ import annotations

import pytest

from common.saga import Phase, StepStatus
from common.saga.walks import (
    CANCEL,
    REFUSED,
    RETRY,
    SUCCESS,
    TIMEOUT,
    WAIT,
    Walk,
    explore,
    walks,
)
from tests.common.saga.trip import EXAMPLE

WALKS = list(walks(EXAMPLE))


def sent(walk: Walk) -> list[str]:
    """The names of all commands, in order."""
    first = EXAMPLE.start().sends
    sends = [*first, *(s for stride in walk for s in stride.advanced.sends)]
    return [send.command.name for send in sends]


def test_there_are_walks_to_every_end() -> None:
    """The tree is neither empty nor one-sided."""
    assert len(WALKS) == 71
    ends = {walk[-1].advanced.state.phase for walk in WALKS}
    assert ends == {Phase.COMPLETED, Phase.COMPENSATED, Phase.FAILED}
    labels = {stride.label for walk in WALKS for stride in walk}
    assert labels == {SUCCESS, REFUSED, TIMEOUT, WAIT, CANCEL}


@pytest.mark.parametrize("walk", WALKS, ids=lambda w: "-".join(s.label for s in w))
def test_a_walk_leaves_all_done_or_all_undone(walk: Walk) -> None:
    """COMPLETED: every step is done. Else: what was or may be done is undone."""
    end = walk[-1].advanced.state
    statuses = {step.status for step in end.steps}
    if end.phase is Phase.COMPLETED:
        assert statuses == {StepStatus.SUCCESS}
        assert not {"CANCEL_HOTEL", "CANCEL_FLIGHT"} & set(sent(walk))
        return
    assert statuses <= {StepStatus.COMPENSATED, StepStatus.FAILED, StepStatus.PENDING}
    undone = [s.name for s in end.steps if s.status is StepStatus.COMPENSATED]
    confirmed = [
        stride.before
        for stride in walk
        if stride.label == SUCCESS and stride.before.phase is Phase.COMPENSATING
    ]
    assert len(confirmed) == len(undone)
    assert (end.phase is Phase.COMPENSATED) == bool(undone)


def test_undo_goes_backwards_and_one_at_a_time() -> None:
    """Never the hotel before the flight."""
    for walk in WALKS:
        undos = list(dict.fromkeys(n for n in sent(walk) if n.startswith("CANCEL")))
        assert undos in ([], ["CANCEL_HOTEL"], ["CANCEL_FLIGHT", "CANCEL_HOTEL"])


def test_exploring_meets_retries_and_comes_to_an_end() -> None:
    """What the diagrams are drawn from."""
    strides = explore(EXAMPLE)
    assert RETRY in {stride.label for stride in strides}
    assert any(stride.advanced.undo_wanted for stride in strides)
