"""What will come of an operator's act: the commands, and the money and stock they move.

The machine is asked (see common.saga.forecast), on the saga as it stands; nothing is
written and nothing is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from common import clock
from common.contracts.base import Command, PaymentMethod
from common.contracts.inventory import ReleaseInventory, ReserveInventory
from common.contracts.payment import ProcessPayment, RefundPayment
from common.saga import (
    CancelAsked,
    Event,
    RetryAsked,
    RetryBlocked,
    SagaState,
    Settled,
)
from common.saga.forecast import Forecast, Foreseen, forecast, forecast_start
from orchestrator_svc.engine.book import state_of, undo_id
from orchestrator_svc.engine.jobs import CHUNK, NOT_FOUND
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.sagas import CancelOrderSaga, undo_data

# Who asks does not change what comes of it.
SOMEBODY = "operator"


class Effect(StrEnum):
    """What a command moves."""

    CHARGE = "CHARGE"
    REFUND = "REFUND"
    RESERVE = "RESERVE"
    RELEASE = "RELEASE"


EFFECTS: dict[type[Command], Effect] = {
    ProcessPayment: Effect.CHARGE,
    RefundPayment: Effect.REFUND,
    ReserveInventory: Effect.RESERVE,
    ReleaseInventory: Effect.RELEASE,
}
OF_MONEY = frozenset({Effect.CHARGE, Effect.REFUND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One command to come, and what it moves; `in_doubt`: or it finds nothing to move.

    `by_customer`: it waits until the customer pays in person.
    """

    command: str
    service: str
    definition: str
    effect: Effect | None
    undoes: bool
    in_doubt: bool
    is_out: bool
    by_customer: bool = False
    amount: Decimal = Decimal(0)
    items: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """So much money, or so many pieces of a product, moved by commands of one kind."""

    effect: Effect
    in_doubt: bool
    product_id: str = ""
    amount: Decimal


class Moves:
    """The sum of what commands move; what may find nothing to move is kept apart."""

    def __init__(self) -> None:
        self._sums: dict[tuple[Effect, bool, str], Decimal] = {}

    def __bool__(self) -> bool:
        return bool(self._sums)

    def add(self, lines: Iterable[Line]) -> None:
        """Count these commands in."""
        for line in lines:
            if line.effect in OF_MONEY:
                self._count(line.effect, line.in_doubt, "", line.amount)
            for product_id, pieces in line.items:
                self._count(line.effect, line.in_doubt, product_id, Decimal(pieces))

    def money(self) -> list[Move]:
        """What is charged and given back."""
        return [move for move in self._all() if move.effect in OF_MONEY]

    def stock(self) -> list[Move]:
        """What is reserved and released, by product."""
        return [move for move in self._all() if move.effect not in OF_MONEY]

    def times(self, factor: Decimal) -> Moves:
        """All of it so many times, in whole pieces and whole units of the currency."""
        many = Moves()
        for key, amount in self._sums.items():
            many._sums[key] = (amount * factor).quantize(Decimal(1))
        return many

    def _count(
        self, effect: Effect | None, in_doubt: bool, product_id: str, amount: Decimal
    ) -> None:
        if effect is not None:
            key = (effect, in_doubt, product_id)
            self._sums[key] = self._sums.get(key, Decimal(0)) + amount

    def _all(self) -> list[Move]:
        return [
            Move(effect=effect, in_doubt=in_doubt, product_id=product_id, amount=amount)
            for (effect, in_doubt, product_id), amount in sorted(self._sums.items())
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The commands in order, what they move, and how it ends if all goes well.

    `ends_as` is the saga's status then; `undone`: another saga undoes it from there.
    `needs_person`: it cannot end by commands alone.
    """

    lines: tuple[Line, ...]
    moves: Moves
    ends_as: str
    undone: bool = False
    needs_person: bool = False


def of_retry(row: SagaInstance) -> Outlook:
    """What a retry would do. Raises RetryBlocked."""
    return _outlook(row, RetryAsked(by=SOMEBODY))


def of_cancel(row: SagaInstance) -> Outlook:
    """What a cancel would do. Raises CancelBlocked."""
    return _outlook(row, CancelAsked(by=SOMEBODY))


def of_settle(row: SagaInstance, step: str) -> Outlook:
    """What would come after `step` was settled by hand. Raises SettleBlocked."""
    return _outlook(row, Settled(step=step, by=SOMEBODY, reference="-"))


def _outlook(row: SagaInstance, event: Event) -> Outlook:
    now = clock.now()
    found = forecast(state_of(row), event, now)
    lines = _lines(found)
    if found.undo_wanted:
        lines += _lines(_undo_of(found.state, now))
    moves = Moves()
    moves.add(lines)
    return Outlook(
        lines=tuple(lines),
        moves=moves,
        ends_as=found.state.status,
        undone=found.undo_wanted,
        needs_person=not found.state.ended,
    )


def _undo_of(completed: SagaState[Any], now: datetime) -> Forecast:
    """What the saga that undoes this one will do."""
    started = CancelOrderSaga.start(
        undo_id(completed),
        completed.key,
        undo_data(completed),
        now,
        attempt=completed.attempt,
    )
    return forecast_start(started)


def _lines(found: Forecast) -> list[Line]:
    return [_line(found.before, one) for one in found.commands]


def _line(state: SagaState[Any], one: Foreseen) -> Line:
    effect = EFFECTS.get(type(one.command))
    is_money = effect in OF_MONEY
    is_stock = effect is not None and not is_money
    items = Counter[str]()
    for item in state.data.items if is_stock else ():
        items[item.product_id] += item.quantity
    return Line(
        command=one.command.name,
        service=one.command.to,
        definition=state.definition,
        effect=effect,
        undoes=one.undoes or state.definition == CancelOrderSaga.name,
        in_doubt=one.in_doubt,
        is_out=one.is_out,
        by_customer=getattr(one.command, "payment_method", None) is PaymentMethod.TOSS
        and effect is Effect.CHARGE,
        amount=state.data.total_amount if is_money else Decimal(0),
        items=tuple(items.items()),
    )


# More sagas than this are not all asked: what is said of them is then an estimate.
SAMPLE = 500


@dataclass(slots=True, kw_only=True)
class ManyOutlook:
    """What a retry of many sagas would do; `refused` counts by code.

    Where fewer were looked at than there are, all numbers are scaled up from those.
    """

    total: int
    looked_at: int
    retryable: int = 0
    by_customer: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    moves: Moves = field(default_factory=Moves)

    @property
    def is_estimate(self) -> bool:
        """True where not every saga was looked at."""
        return self.looked_at < self.total


def of_many(saga_ids: Sequence[str]) -> ManyOutlook:
    """What a job over these sagas would do, as of now."""
    every = max(1, -(-len(saga_ids) // SAMPLE))
    asked = saga_ids[::every]
    seen = ManyOutlook(total=len(saga_ids), looked_at=len(asked))
    for start in range(0, len(asked), CHUNK):
        chunk = asked[start : start + CHUNK]
        rows = SagaInstance.objects.filter(saga_id__in=chunk).order_by()
        by_id = {row.saga_id: row for row in rows}
        for saga_id in chunk:
            _look(seen, by_id.get(saga_id))
    return _scaled(seen) if seen.is_estimate else seen


def _look(seen: ManyOutlook, row: SagaInstance | None) -> None:
    if row is None:
        seen.refused[NOT_FOUND] += 1
        return
    try:
        found = of_retry(row)
    except RetryBlocked as blocked:
        seen.refused[blocked.code] += 1
        return
    seen.retryable += 1
    seen.by_customer += any(line.by_customer for line in found.lines)
    seen.moves.add(found.lines)


def _scaled(seen: ManyOutlook) -> ManyOutlook:
    factor = Decimal(seen.total) / seen.looked_at

    def times(number: int) -> int:
        return round(number * factor)

    return ManyOutlook(
        total=seen.total,
        looked_at=seen.looked_at,
        retryable=times(seen.retryable),
        by_customer=times(seen.by_customer),
        refused=Counter({code: times(n) for code, n in seen.refused.items()}),
        moves=seen.moves.times(factor),
    )
