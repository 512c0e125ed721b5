"""What is read from a message's body, by table."""

from __future__ import annotations

import pytest

from common.contracts.events import InventoryFailed
from payment_svc.payments import requests
from payment_svc.payments.requests import Request
from payment_svc.tests.factories import CREATED, NO_STOCK, PROCESS, REFUND, Known


@pytest.mark.parametrize(
    ("request_", "saga_id", "concerned"),
    [
        (CREATED, "", True),
        (NO_STOCK, "", True),
        (CREATED, "SAGA-1", False),
        (NO_STOCK, "SAGA-1", False),
        (PROCESS, "SAGA-1", True),
        (REFUND, "SAGA-1", True),
    ],
)
def test_choreography_keeps_out_of_sagas(
    request_: Request, saga_id: str, concerned: bool
) -> None:
    """An event changes nothing about an order that an orchestrator runs."""
    assert requests.concerns(request_, Known(saga_id=saga_id)) is concerned
    assert requests.concerns(request_, None)


def test_reason_is_cut_to_what_the_books_hold() -> None:
    """The longest reason and message together fit their column."""
    long = InventoryFailed(order_id="ORD-1", reason="R" * 100, message="m" * 2000)
    assert len(requests.why(long)) == 2000
    assert requests.why(PROCESS) == ""
