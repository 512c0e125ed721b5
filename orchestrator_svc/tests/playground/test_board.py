"""What a board shows, and what it says of the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from common.contracts.base import Mode
from orchestrator_svc.playground.board import Board, Verdict, draw
from orchestrator_svc.playground.plan import Plan
from orchestrator_svc.playground.seen import OrderSeen, PaymentSeen, Seen
from orchestrator_svc.playground.stages import Stage
from orchestrator_svc.tests.factories import NOW
from orchestrator_svc.tests.playground.conftest import BOTH, MOUSE

PRICE = Decimal("29.99")
ALL = ("a", "b", "c", "d")
COMPLETED = OrderSeen("COMPLETED", PRICE, NOW, NOW + timedelta(seconds=2))
CANCELLED = OrderSeen("CANCELLED", PRICE, NOW, NOW + timedelta(seconds=9))
PENDING = OrderSeen("PENDING", PRICE, NOW, NOW)
# a and c are orchestrated, b and d choreographed; d was undone.
ENDED = Seen(
    sagas={"a": "COMPLETED", "c": "COMPLETED"},
    orders={"a": COMPLETED, "b": COMPLETED, "c": COMPLETED, "d": CANCELLED},
    payments=[
        *(PaymentSeen(one, "SUCCESS", PRICE, Decimal(0)) for one in "abc"),
        PaymentSeen("d", "REFUNDED", PRICE, PRICE),
    ],
    held={"a": 1, "b": 1, "c": 1},
)


def board(
    seen: Seen,
    sent: Sequence[str] = ALL,
    *,
    total: int = 4,
    is_sending: bool = False,
) -> Board:
    """The board of mice in both patterns."""
    return draw(Plan(total, BOTH, [MOUSE], 1), sent, seen, is_sending=is_sending)


def stages(shown: Board) -> Mapping[Mode, list[Stage]]:
    """The stages of the tiles."""
    return {one.mode: [tile.stage for tile in one.tiles] for one in shown.columns}


def test_the_books_agree() -> None:
    """Money and goods are those of the completed orders."""
    shown = board(ENDED)
    assert shown.verdict is Verdict.RIGHT
    assert (shown.total, shown.ended, shown.completed, shown.undone) == (4, 4, 3, 1)
    assert (shown.charged, shown.refunded) == (4 * PRICE, PRICE)
    assert shown.held == 3
    assert not shown.is_live


def test_a_column_has_its_own_books() -> None:
    """Orchestration first."""
    led, heard = board(ENDED).columns
    assert (led.mode, heard.mode) == BOTH
    assert (led.charged, led.refunded, led.kept) == (2 * PRICE, Decimal(0), 2 * PRICE)
    assert (heard.charged, heard.refunded, heard.kept) == (2 * PRICE, PRICE, PRICE)
    assert (heard.held, heard.ordered) == (1, 1)
    assert heard.counts == [(Stage.COMPLETED, 1), (Stage.UNDONE, 1)]
    assert (heard.typical, heard.slowest) == (timedelta(seconds=9),) * 2
    assert led.slowest == timedelta(seconds=2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"held": {"a": 1, "b": 1, "c": 1, "d": 1}},
        {"held": {"a": 1, "b": 1}},
        {"payments": ENDED.payments[1:]},
        {"payments": [*ENDED.payments, ENDED.payments[0]]},
    ],
    ids=["too much held", "too little held", "never charged", "charged twice"],
)
def test_books_that_do_not_agree_are_seen(wrong: dict[str, Any]) -> None:
    """Be it a piece or a cent."""
    assert board(replace(ENDED, **wrong)).verdict is Verdict.WRONG


def test_a_payment_that_failed_took_no_money() -> None:
    """It counts as nothing."""
    declined = PaymentSeen("d", "FAILED", PRICE, Decimal(0))
    seen = replace(ENDED, payments=[*ENDED.payments[:3], declined])
    assert board(seen).charged == 3 * PRICE


def test_what_is_under_way_is_no_fault() -> None:
    """Books are judged at the end."""
    seen = replace(ENDED, orders={**ENDED.orders, "b": PENDING})
    shown = board(seen)
    assert (shown.verdict, shown.is_live) == (Verdict.MOVING, True)
    assert stages(shown)[Mode.CHOREOGRAPHY] == [Stage.STARTED, Stage.UNDONE]
    assert [one.percent for one in shown.columns] == [100, 50]


def test_a_service_that_does_not_answer_keeps_the_verdict_back() -> None:
    """What it said before may not be so any more."""
    shown = board(replace(ENDED, silent=("payment",)))
    assert (shown.verdict, shown.silent) == (Verdict.UNSEEN, ("payment",))
    assert shown.is_live


def test_what_is_not_sent_yet_is_there() -> None:
    """As long as it will be."""
    sending = board(Seen(), ["a", ""], is_sending=True)
    assert stages(sending) == {
        Mode.ORCHESTRATION: [Stage.STARTED, Stage.WAITING],
        Mode.CHOREOGRAPHY: [Stage.REFUSED, Stage.WAITING],
    }
    assert sending.verdict is Verdict.MOVING
    assert board(Seen(), ["a", ""]).total == 2


def test_a_run_stopped_before_its_first_order() -> None:
    """Has nothing to show, and is not waited for."""
    assert board(Seen(), []).verdict is Verdict.NOTHING
    assert board(Seen(), [], is_sending=True).verdict is Verdict.MOVING


def test_one_pattern_is_one_column() -> None:
    """The other is not shown empty."""
    plan = Plan(1, [Mode.CHOREOGRAPHY], [MOUSE], 1)
    shown = draw(plan, ["b"], ENDED, is_sending=False)
    assert [one.mode for one in shown.columns] == [Mode.CHOREOGRAPHY]
    assert shown.verdict is Verdict.RIGHT
