"""The rules of a reservation, by table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from common.contracts.base import Mode, Refused
from common.contracts.events import OrderCancelled
from common.contracts.order import Item
from inventory_svc.stock import domain
from inventory_svc.stock.domain import Deed, Happening, ReservationStatus
from inventory_svc.tests.factories import (
    CANCEL,
    PAID,
    RELEASE,
    RESERVE,
    Known,
    laptops,
    line,
    mice,
)

S = ReservationStatus


@dataclass
class OnShelf:
    """A product without a database."""

    product_id: str
    product_name: str
    price: Decimal
    available_quantity: int


SHELF = {
    "PROD001": OnShelf("PROD001", "Laptop", Decimal("999.99"), 50),
    "PROD002": OnShelf("PROD002", "Mouse", Decimal("29.99"), 200),
}


@pytest.mark.parametrize(
    ("before", "happening", "after"),
    [
        (None, Happening.SET_ASIDE, S.RESERVED),
        (None, Happening.REFUSED, S.FAILED),
        (None, Happening.GIVEN_UP, S.RELEASED),
        (S.RESERVED, Happening.GIVEN_UP, S.RELEASED),
    ],
)
def test_transition(before: S | None, happening: Happening, after: S) -> None:
    """The happening moves the reservation to the state beside it."""
    assert domain.after(before, happening) is after


def test_no_other_transition_exists() -> None:
    """Four happenings are possible; the other eight are refused with a sentence."""
    refused = 0
    for state in (None, *S):
        for happening in Happening:
            if happening not in domain.TRANSITIONS[state]:
                with pytest.raises(domain.IllegalTransition, match=str(happening)):
                    domain.after(state, happening)
                refused += 1
    assert refused == 8


@pytest.mark.parametrize("request_", [RESERVE, PAID])
@pytest.mark.parametrize(
    ("status", "deed"),
    [
        (None, Deed.RESERVE),
        (S.RESERVED, Deed.NOTHING),
        (S.RELEASED, Deed.NOTHING),
        (S.FAILED, Deed.NOTHING),
    ],
)
def test_stock_is_set_aside_only_once(
    request_: domain.Request, status: S | None, deed: Deed
) -> None:
    """Only where there is no reservation yet."""
    known = None if status is None else Known(status)
    assert domain.deed(request_, known) is deed


@pytest.mark.parametrize("request_", [RELEASE, CANCEL])
@pytest.mark.parametrize(
    ("status", "deed"),
    [
        (None, Deed.FORESTALL),
        (S.RESERVED, Deed.RELEASE),
        (S.RELEASED, Deed.NOTHING),
        (S.FAILED, Deed.NOTHING),
    ],
)
def test_an_undoing_puts_back_what_is_held(
    request_: domain.Request, status: S | None, deed: Deed
) -> None:
    """What is held is put back; what is not held yet never will be."""
    known = None if status is None else Known(status)
    assert domain.deed(request_, known) is deed


@pytest.mark.parametrize(
    ("request_", "known", "concerned"),
    [
        (RESERVE, Known(saga_id="SAGA-1"), True),
        (RELEASE, Known(saga_id="SAGA-1"), True),
        (PAID, None, True),
        (PAID, Known(), True),
        (PAID, Known(saga_id="SAGA-1"), False),
        (CANCEL, None, True),
        (CANCEL, Known(saga_id="SAGA-1"), False),
        (OrderCancelled(order_id="O", mode=Mode.ORCHESTRATION), None, False),
        (OrderCancelled(order_id="O", mode=Mode.ORCHESTRATION), Known(), False),
    ],
)
def test_choreography_keeps_out_of_sagas(
    request_: domain.Request, known: Known | None, concerned: bool
) -> None:
    """An event changes nothing about an order that an orchestrator runs."""
    assert domain.concerns(request_, known) is concerned


def test_lines_of_the_same_product_are_summed() -> None:
    """Two lines of 26 are 52, which is more than 50."""
    items = (laptops(26), mice(3), laptops(26))
    assert domain.quantities(items) == {"PROD001": 52, "PROD002": 3}
    assert domain.objection(items, SHELF) == Refused(
        reason="INSUFFICIENT_STOCK",
        message="PROD001 Laptop: 52 wanted, 50 available",
    )


@pytest.mark.parametrize(
    ("items", "reason", "message"),
    [
        (
            (laptops(51),),
            "INSUFFICIENT_STOCK",
            "PROD001 Laptop: 51 wanted, 50 available",
        ),
        (
            (line("NOPE", 1, "1.00"),),
            "UNKNOWN_PRODUCT",
            "there is no product NOPE",
        ),
        (
            (laptops(1, "999.98"),),
            "PRICE_MISMATCH",
            "PROD001 Laptop costs 999.99, not 999.98",
        ),
        (
            (mice(), laptops(51)),
            "INSUFFICIENT_STOCK",
            "PROD001 Laptop: 51 wanted, 50 available",
        ),
        (
            (laptops(51), mice(), line("NOPE", 1, "1.00")),
            "UNKNOWN_PRODUCT",
            "there is no product NOPE",
        ),
    ],
)
def test_objection(items: tuple[Item, ...], reason: str, message: str) -> None:
    """One line that cannot be had refuses them all, with what and why."""
    assert domain.objection(items, SHELF) == Refused(reason=reason, message=message)


@pytest.mark.parametrize(
    "items", [(laptops(50),), (laptops(1), mice(200)), (laptops(1, "999.99"),)]
)
def test_no_objection(items: tuple[Item, ...]) -> None:
    """All there is can be had, at its price."""
    assert domain.objection(items, SHELF) is None
