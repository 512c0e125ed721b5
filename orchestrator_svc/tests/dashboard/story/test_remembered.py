"""What a saga remembers where messages are gone."""

from __future__ import annotations

from orchestrator_svc.dashboard.story import remembered
from orchestrator_svc.tests.dashboard.story.told import drawn
from orchestrator_svc.tests.factories import WAYS, state_at


def test_commands_and_replies_are_told_from_the_steps() -> None:
    """Of those that were undone, too."""
    state = state_at(WAYS["COMPENSATED"])
    assert drawn(remembered.commands([state], known=())) == [
        "orchestrator > order: CREATE_ORDER [plain]",
        "order > orchestrator: CREATE_ORDER [good]",
        "orchestrator > order: CANCEL_ORDER [undone]",
        "order > orchestrator: CANCEL_ORDER [undone]",
        "orchestrator > payment: PROCESS_PAYMENT [plain]",
        "payment > orchestrator: PROCESS_PAYMENT [good]",
        "orchestrator > payment: REFUND_PAYMENT [undone]",
        "payment > orchestrator: REFUND_PAYMENT [undone]",
        "orchestrator > inventory: RESERVE_INVENTORY [plain]",
    ]


def test_what_a_mailbox_still_has_is_not_told_twice() -> None:
    """By the id of the command."""
    state = state_at(WAYS["COMPLETED"])
    known = {step.command_id or "" for step in state.steps}
    assert not list(remembered.commands([state], known))


def test_an_undo_that_is_out_is_not_said_to_be_done() -> None:
    """Its message has just been sent."""
    state = state_at(WAYS["COMPENSATING"])
    found = drawn(remembered.commands([state], known=()))
    assert not [line for line in found if "REFUND_PAYMENT" in line]
