"""What an act will do is what it then does: commands, money and stock."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from common.contracts.base import PaymentMethod
from common.messaging.models import OutboxMessage
from common.saga import CancelBlocked, RetryBlocked, SettleBlocked
from orchestrator_svc.engine import outlook, services
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.engine.outlook import Effect, Moves, Outlook
from orchestrator_svc.tests.factories import NO, TOTAL, WAYS, saga

pytestmark = pytest.mark.django_db
Sent = Callable[[], list[tuple[str, str]]]

CHARGED = (Effect.CHARGE, False, "", TOTAL)
REFUNDED = (Effect.REFUND, False, "", TOTAL)
RESERVED = (Effect.RESERVE, False, "PROD001", Decimal(2))
RELEASED = (Effect.RELEASE, False, "PROD001", Decimal(2))


def moved(moves: Moves) -> list[tuple[Any, ...]]:
    """Each move as a tuple, money first."""
    return [
        (move.effect, move.in_doubt, move.product_id, move.amount)
        for move in (*moves.money(), *moves.stock())
    ]


def commands(found: Outlook) -> list[str]:
    """The names, in order."""
    return [line.command for line in found.lines]


class TestRetry:
    """of_retry()."""

    @pytest.mark.parametrize("status", ["FAILED", "COMPENSATED"])
    def test_does_every_step_again(self, status: str) -> None:
        """Charges the money and reserves the stock once more."""
        found = outlook.of_retry(saga(status))
        assert commands(found) == [
            "CREATE_ORDER",
            "PROCESS_PAYMENT",
            "RESERVE_INVENTORY",
            "COMPLETE_ORDER",
        ]
        assert moved(found.moves) == [CHARGED, RESERVED]
        assert (found.ends_as, found.undone) == ("COMPLETED", False)
        assert not any(line.by_customer for line in found.lines)

    def test_says_who_is_told(self) -> None:
        """And what each command moves."""
        lines = outlook.of_retry(saga("FAILED")).lines
        assert [(line.service, line.effect) for line in lines] == [
            ("order", None),
            ("payment", Effect.CHARGE),
            ("inventory", Effect.RESERVE),
            ("order", None),
        ]

    def test_waits_for_a_customer_who_pays_in_person(self) -> None:
        """One that was never paid can be tried again."""
        row = saga("FAILED", payment_method=PaymentMethod.TOSS)
        by_customer = [line.by_customer for line in outlook.of_retry(row).lines]
        assert by_customer == [False, True, False, False]

    def test_of_what_cannot_be_tried_again_is_refused(self) -> None:
        """As the retry would be."""
        with pytest.raises(RetryBlocked) as blocked:
            outlook.of_retry(saga("COMPLETED"))
        assert blocked.value.code == "COMPLETED"

    def test_writes_and_sends_nothing(self, sent: Sent) -> None:
        """The saga is as it was."""
        row = saga("COMPENSATED")
        outlook.of_retry(row)
        assert SagaInstance.objects.get().state == row.state
        assert sent() == []


class TestCancel:
    """of_cancel()."""

    def test_of_a_running_saga_turns_it_round(self) -> None:
        """Whether the charge that is out was made is not known."""
        found = outlook.of_cancel(saga("PAYMENT_PROCESSING"))
        assert commands(found) == ["REFUND_PAYMENT", "CANCEL_ORDER"]
        assert moved(found.moves) == [(Effect.REFUND, True, "", TOTAL)]
        assert found.ends_as == "COMPENSATED"

    def test_of_one_that_reserves_gives_the_money_back_for_sure(self) -> None:
        """The stock only if it has been reserved."""
        found = outlook.of_cancel(saga("INVENTORY_RESERVING"))
        doubtful = (Effect.RELEASE, True, "PROD001", Decimal(2))
        assert moved(found.moves) == [REFUNDED, doubtful]

    def test_of_a_completed_saga_is_the_saga_that_undoes_it(self) -> None:
        """All of it is given back."""
        found = outlook.of_cancel(saga("COMPLETED"))
        assert commands(found) == [
            "RELEASE_INVENTORY",
            "REFUND_PAYMENT",
            "CANCEL_ORDER",
        ]
        assert moved(found.moves) == [REFUNDED, RELEASED]
        assert (found.ends_as, found.undone) == ("COMPLETED", True)
        assert all(line.undoes for line in found.lines)

    def test_past_the_point_of_no_return_waits_for_the_end(self) -> None:
        """And is undone then."""
        found = outlook.of_cancel(saga("INVENTORY_RESERVED"))
        assert commands(found)[:2] == ["COMPLETE_ORDER", "RELEASE_INVENTORY"]
        assert [line.is_out for line in found.lines] == [True, False, False, False]

    def test_is_what_the_cancel_then_sends(self, sent: Sent) -> None:
        """The first of it at once."""
        row = saga("INVENTORY_RESERVING")
        first = commands(outlook.of_cancel(row))[0]
        services.cancel(saga_id=row.saga_id, by="lee")
        assert [name for name, _ in sent()] == [first]

    def test_of_what_has_failed_is_refused(self) -> None:
        """There is nothing left to cancel."""
        with pytest.raises(CancelBlocked):
            outlook.of_cancel(saga("FAILED"))


class TestSettle:
    """of_settle()."""

    def test_is_what_comes_after_the_stuck_undo(self) -> None:
        """The refund was done by hand and moves nothing more."""
        row = saga(way=(*WAYS["COMPENSATING"], NO))
        found = outlook.of_settle(row, "REFUND_PAYMENT")
        assert (commands(found), moved(found.moves)) == (["CANCEL_ORDER"], [])

    def test_of_what_is_not_stuck_is_refused(self) -> None:
        """It can still be answered."""
        with pytest.raises(SettleBlocked):
            outlook.of_settle(saga("COMPENSATING"), "REFUND_PAYMENT")


class TestMany:
    """of_many()."""

    def test_sums_what_can_be_retried_and_counts_what_cannot(self) -> None:
        """By the code of the refusal."""
        rows = [saga("FAILED", 1), saga("COMPENSATED", 2), saga("COMPLETED", 3)]
        found = outlook.of_many([*(row.saga_id for row in rows), "SAGA-x"])
        assert (found.total, found.retryable, found.is_estimate) == (4, 2, False)
        assert found.refused == {"COMPLETED": 1, "NOT_FOUND": 1}
        assert moved(found.moves) == [
            (Effect.CHARGE, False, "", TOTAL * 2),
            (Effect.RESERVE, False, "PROD001", Decimal(4)),
        ]

    def test_estimates_from_a_part_of_too_many(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Taken evenly from all of them."""
        monkeypatch.setattr(outlook, "SAMPLE", 2)
        rows = [saga("FAILED", n) if n % 4 else saga("COMPLETED", n) for n in range(8)]
        found = outlook.of_many([row.saga_id for row in rows])
        assert (found.total, found.looked_at, found.is_estimate) == (8, 2, True)
        assert (found.retryable, found.refused) == (0, {"COMPLETED": 8})

    def test_writes_and_sends_nothing(self) -> None:
        """However many there are."""
        row = saga("FAILED")
        outlook.of_many([row.saga_id])
        assert SagaInstance.objects.get().attempt == 1
        assert not OutboxMessage.objects.exists()
