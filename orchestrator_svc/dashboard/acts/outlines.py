"""An outlook in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from orchestrator_svc.dashboard.acts import words
from orchestrator_svc.engine.outlook import Line, Move, Moves


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """A command as the page shows it."""

    line: Line
    words: str
    service: str
    doubt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMove:
    """Money or pieces: which way, how much, of what, and if that is certain."""

    words: str
    effect: str
    amount: Decimal
    product_id: str
    in_doubt: bool


def lines(found: tuple[Line, ...]) -> list[ShownLine]:
    """The commands in order."""
    return [
        ShownLine(
            line=line,
            words=words.said(line),
            service=str(words.SERVICES.get(line.service, line.service)),
            doubt=words.doubt(line),
        )
        for line in found
    ]


def moves(found: Moves) -> dict[str, list[ShownMove]]:
    """Money and stock apart."""
    return {
        "money": [_move(one) for one in found.money()],
        "stock": [_move(one) for one in found.stock()],
    }


def _move(one: Move) -> ShownMove:
    return ShownMove(
        words=str(words.EFFECTS[one.effect]),
        effect=one.effect.value.lower(),
        amount=one.amount,
        product_id=one.product_id,
        in_doubt=one.in_doubt,
    )
