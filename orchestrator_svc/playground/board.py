"""The board of a run: its orders as tiles, its books, and what is to be said of them.

Pure: made of what was planned, what was sent and what the services say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import Enum

from common.contracts.base import Mode
from orchestrator_svc.playground.plan import Plan, Planned
from orchestrator_svc.playground.seen import OrderSeen, Seen
from orchestrator_svc.playground.stages import Stage, stage_of


class Verdict(Enum):
    """What can be said of a run as a whole."""

    MOVING = "moving"  # not all is sent, or has ended
    UNSEEN = "unseen"  # all has ended, and a service does not say what it has
    RIGHT = "right"  # all has ended and the books agree
    WRONG = "wrong"  # all has ended and they do not
    NOTHING = "nothing"  # nothing was sent


@dataclass(frozen=True, slots=True)
class Tile:
    """One order."""

    number: int
    order_id: str
    stage: Stage
    planned: Planned
    took: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The orders of one pattern, and their books."""

    mode: Mode
    tiles: Sequence[Tile]
    charged: Decimal
    refunded: Decimal
    sold: Decimal
    held: int
    ordered: int

    @property
    def counts(self) -> Sequence[tuple[Stage, int]]:
        """How many are at each stage, in the order of the stages; none at none."""
        found = Counter(tile.stage for tile in self.tiles)
        return [(stage, found[stage]) for stage in Stage if found[stage]]

    @property
    def ended(self) -> int:
        """How many orders are at an end."""
        return sum(tile.stage.is_end for tile in self.tiles)

    @property
    def percent(self) -> int:
        """The same as a share of all."""
        return 100 * self.ended // len(self.tiles) if self.tiles else 0

    @property
    def kept(self) -> Decimal:
        """What was charged and has not gone back."""
        return self.charged - self.refunded

    @property
    def is_even(self) -> bool:
        """True where money and goods are those of the completed orders, to the cent."""
        return self.kept == self.sold and self.held == self.ordered

    @property
    def typical(self) -> timedelta | None:
        """How long an order in the middle took, of those that ended."""
        took = self._took
        return took[len(took) // 2] if took else None

    @property
    def slowest(self) -> timedelta | None:
        """How long the slowest took."""
        return max(self._took, default=None)

    @property
    def _took(self) -> Sequence[timedelta]:
        return sorted(tile.took for tile in self.tiles if tile.took is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Both patterns side by side, or the one that was asked for."""

    columns: Sequence[Column]
    verdict: Verdict
    silent: Sequence[str]

    def number_at(self, stage: Stage) -> int:
        """How many orders of both patterns are at a stage."""
        return sum(tile.stage is stage for one in self.columns for tile in one.tiles)

    @property
    def completed(self) -> int:
        """How many completed."""
        return self.number_at(Stage.COMPLETED)

    @property
    def undone(self) -> int:
        """How many ended without being kept, refused ones apart."""
        return self.number_at(Stage.UNDONE) + self.number_at(Stage.FAILED)

    @property
    def ended(self) -> int:
        """How many are at an end."""
        return sum(one.ended for one in self.columns)

    @property
    def total(self) -> int:
        """How many orders there are on the board."""
        return sum(len(one.tiles) for one in self.columns)

    @property
    def charged(self) -> Decimal:
        """What was charged in both patterns."""
        return sum((one.charged for one in self.columns), Decimal(0))

    @property
    def refunded(self) -> Decimal:
        """What went back in both."""
        return sum((one.refunded for one in self.columns), Decimal(0))

    @property
    def held(self) -> int:
        """How many pieces are set aside for both."""
        return sum(one.held for one in self.columns)

    @property
    def is_live(self) -> bool:
        """True while there is more to come."""
        return self.verdict in (Verdict.MOVING, Verdict.UNSEEN)


def draw(plan: Plan, sent: Sequence[str], seen: Seen, *, is_sending: bool) -> Board:
    """The board of a plan of which so much was sent, and this was seen."""
    shown = plan.orders() if is_sending else plan.orders()[: len(sent)]
    tiles = [_tile(one, sent, seen) for one in shown]
    modes = [mode for mode in Mode if mode in plan.modes]
    columns = [_column(mode, tiles, seen) for mode in reversed(modes)]
    verdict = _verdict(columns, is_sending=is_sending, is_whole=not seen.silent)
    return Board(columns=columns, verdict=verdict, silent=seen.silent)


def _tile(planned: Planned, sent: Sequence[str], seen: Seen) -> Tile:
    number = planned.number
    if number >= len(sent):
        return Tile(number, "", Stage.WAITING, planned)
    if not sent[number]:
        return Tile(number, "", Stage.REFUSED, planned)
    order_id = sent[number]
    order = seen.orders.get(order_id)
    is_led = planned.mode is Mode.ORCHESTRATION
    saga = seen.sagas.get(order_id, "STARTED") if is_led else None
    stage = stage_of(order.status if order else None, saga)
    return Tile(number, order_id, stage, planned, _took(order, stage))


def _took(order: OrderSeen | None, stage: Stage) -> timedelta | None:
    return order.at - order.began if order is not None and stage.is_end else None


def _column(mode: Mode, tiles: Sequence[Tile], seen: Seen) -> Column:
    mine = [tile for tile in tiles if tile.planned.mode is mode]
    ids = {tile.order_id for tile in mine if tile.order_id}
    payments = [one for one in seen.payments if one.order_id in ids]
    done = [tile for tile in mine if tile.stage is Stage.COMPLETED]
    return Column(
        mode=mode,
        tiles=mine,
        charged=sum((one.charged for one in payments), Decimal(0)),
        refunded=sum((one.refunded for one in payments), Decimal(0)),
        sold=sum((seen.orders[tile.order_id].total for tile in done), Decimal(0)),
        held=sum(seen.held.get(order_id, 0) for order_id in ids),
        ordered=sum(tile.planned.item.quantity for tile in done),
    )


def _verdict(columns: Sequence[Column], *, is_sending: bool, is_whole: bool) -> Verdict:
    if not any(one.tiles for one in columns):
        return Verdict.MOVING if is_sending else Verdict.NOTHING
    if is_sending or any(one.ended < len(one.tiles) for one in columns):
        return Verdict.MOVING
    if not is_whole:
        return Verdict.UNSEEN
    return Verdict.RIGHT if all(one.is_even for one in columns) else Verdict.WRONG
