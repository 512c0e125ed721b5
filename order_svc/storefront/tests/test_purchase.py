"""How far an order is, and where the money is, told from three services' JSON."""

from __future__ import annotations

from typing import Any

import pytest

from order_svc.storefront.purchase import Mark, Money, Payment, Phase, Purchase, Saga
from order_svc.storefront.tests.conftest import order, payment, saga

DONE, NOW, AHEAD = Mark.DONE, Mark.NOW, Mark.AHEAD
FAILED, UNDONE = Mark.FAILED, Mark.UNDONE


def choreographed(status: str, paid: str, **changes: Any) -> Purchase:
    """A choreographed order in this state, with a payment in that."""
    row = order(mode="CHOREOGRAPHY", status=status, **changes)
    return Purchase.of_order(row, Payment.read(payment(status=paid)), None)


def orchestrated(status: str, paid: str, led: str, **changes: Any) -> Purchase:
    """An orchestrated one, with a saga."""
    row = order(status=status, **changes)
    known = Payment.read(payment(status=paid))
    return Purchase.of_order(row, known, Saga.read(saga(status=led)))


def marks(purchase: Purchase) -> list[Mark]:
    """What became of received, payment, goods, done."""
    return [step.mark for step in purchase.steps]


SHORT = {"cancellationReason": "INSUFFICIENT_STOCK: 5 asked for, 3 left"}


@pytest.mark.parametrize(
    ("purchase", "phase", "money", "expected"),
    [
        (
            choreographed("PENDING", "PENDING"),
            Phase.TO_PAY,
            Money.NOT_TAKEN,
            [DONE, NOW, AHEAD, AHEAD],
        ),
        (
            choreographed("PAYMENT_COMPLETED", "SUCCESS"),
            Phase.RUNNING,
            Money.TAKEN,
            [DONE, DONE, NOW, AHEAD],
        ),
        (
            choreographed("COMPLETED", "SUCCESS", reservationId="R"),
            Phase.DONE,
            Money.TAKEN,
            [DONE, DONE, DONE, DONE],
        ),
        (
            choreographed("CANCELLING", "SUCCESS", **SHORT),
            Phase.UNDOING,
            Money.COMING_BACK,
            [DONE, UNDONE, FAILED, AHEAD],
        ),
        (
            choreographed("CANCELLED", "REFUNDED", **SHORT),
            Phase.UNDONE,
            Money.BACK,
            [DONE, UNDONE, FAILED, AHEAD],
        ),
        (
            choreographed("FAILED", "FAILED"),
            Phase.UNDONE,
            Money.NOT_TAKEN,
            [DONE, FAILED, AHEAD, AHEAD],
        ),
        (
            choreographed("CANCELLED", "REFUNDED", reservationId="R"),
            Phase.UNDONE,
            Money.BACK,
            [DONE, UNDONE, UNDONE, AHEAD],
        ),
        (
            orchestrated("PENDING", "SUCCESS", "INVENTORY_RESERVED"),
            Phase.RUNNING,
            Money.TAKEN,
            [DONE, DONE, DONE, NOW],
        ),
        (
            orchestrated("CANCELLED", "REFUNDED", "COMPENSATED", **SHORT),
            Phase.UNDONE,
            Money.BACK,
            [DONE, UNDONE, FAILED, AHEAD],
        ),
        (
            orchestrated("COMPLETED", "SUCCESS", "COMPLETED", reservationId="R"),
            Phase.DONE,
            Money.TAKEN,
            [DONE, DONE, DONE, DONE],
        ),
    ],
)
def test_an_order_is_told_in_four_steps(
    purchase: Purchase, phase: Phase, money: Money, expected: list[Mark]
) -> None:
    """The phase, where the money is, and what became of each step."""
    assert (purchase.phase, purchase.money) == (phase, money)
    assert marks(purchase) == expected


def test_an_order_tried_again_is_on_its_way_though_it_was_cancelled() -> None:
    """The saga knows first: the order still has the state of the first try."""
    again = orchestrated("CANCELLED", "REFUNDED", "PAYMENT_PROCESSING")
    assert again.phase is Phase.RUNNING and not again.has_ended


def test_a_completed_order_that_is_undone_is_told_by_the_order() -> None:
    """Its saga stays completed; another one undoes it."""
    undone = orchestrated("CANCELLING", "SUCCESS", "COMPLETED", reservationId="R")
    assert undone.phase is Phase.UNDOING
    assert undone.money is Money.COMING_BACK


def test_an_order_has_not_ended_while_money_is_on_its_way_back() -> None:
    """The page goes on looking until the customer can be told that it is back."""
    assert not choreographed("CANCELLED", "SUCCESS").has_ended
    assert choreographed("CANCELLED", "REFUNDED").has_ended


def test_an_order_that_only_the_orchestrator_knows_is_on_its_way() -> None:
    """It has not come to the order service yet."""
    found = Purchase.of_saga(saga(status="STARTED"), None)
    assert (found.phase, found.customer_id, found.method) == (Phase.RUNNING, "ann", "")
    assert found.piece_count == 2


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "https://dashboard.tosspayments.com/r",
            "https://dashboard.tosspayments.com/r",
        ),
        ("javascript:alert(1)", ""),
        (None, ""),
    ],
)
def test_a_receipt_is_a_web_address_or_none(url: str | None, shown: str) -> None:
    """Nothing else becomes a link."""
    assert Payment.read(payment(receiptUrl=url)).receipt_url == shown
