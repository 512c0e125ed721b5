"""How far an order is, by what two services say of it."""

from __future__ import annotations

import pytest

from common.saga import Phase
from orchestrator_svc.playground.stages import OF_ORDER, OF_SAGA, Stage, stage_of
from orchestrator_svc.sagas import OrderSaga


def test_every_status_of_an_order_saga_has_a_stage() -> None:
    """One that is added must be placed here."""
    named = {name for step in OrderSaga.steps for name in (step.running, step.done)}
    named |= {phase.value for phase in Phase if phase is not Phase.RUNNING}
    assert named == set(OF_SAGA)


@pytest.mark.parametrize(("status", "stage"), OF_ORDER.items())
def test_a_choreographed_order_is_what_its_service_says(
    status: str, stage: Stage
) -> None:
    """Nobody else is asked."""
    assert stage_of(status, None) is stage


@pytest.mark.parametrize(
    ("order", "saga", "stage"),
    [
        (None, "STARTED", Stage.STARTED),
        ("PENDING", "PAYMENT_COMPLETED", Stage.PAID),
        ("PENDING", "INVENTORY_RESERVED", Stage.RESERVED),
        ("COMPLETED", "COMPLETED", Stage.COMPLETED),
        # Rows of two databases: an end is one where both say so.
        ("PENDING", "COMPLETED", Stage.RESERVED),
        ("PENDING", "COMPENSATED", Stage.UNDOING),
        ("CANCELLED", "COMPENSATING", Stage.UNDOING),
        ("CANCELLED", "COMPENSATED", Stage.UNDONE),
        ("FAILED", "COMPENSATED", Stage.FAILED),
        # Cancelled by its customer after it was completed.
        ("CANCELLING", "COMPLETED", Stage.UNDOING),
        ("CANCELLED", "COMPLETED", Stage.UNDONE),
        # Never created at all.
        (None, "FAILED", Stage.FAILED),
        # Of a later version.
        ("NEW", "NEWER", Stage.STARTED),
    ],
)
def test_an_orchestrated_order_ends_where_both_say_so(
    order: str | None, saga: str, stage: Stage
) -> None:
    """Until then the saga knows more."""
    assert stage_of(order, saga) is stage
