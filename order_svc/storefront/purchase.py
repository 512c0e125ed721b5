"""An order as its customer sees it: how far it is, and where the money is; pure.

The order, its payment and its saga are read one after the other, and each may be a
moment behind. So each thing is told by the one that knows it first: of an orchestrated
order the saga says where it goes, of money the payment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

ORCHESTRATION, CHOREOGRAPHY = "ORCHESTRATION", "CHOREOGRAPHY"
TOSS = "TOSS"
# Why the stock did not give the goods (inventory_svc.stock.domain).
STOCK_REASONS = ("INSUFFICIENT_STOCK", "PRICE_MISMATCH", "UNKNOWN_PRODUCT")


class Phase(StrEnum):
    """How far an order is."""

    TO_PAY = "to-pay"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class Money(StrEnum):
    """Where the customer's money is."""

    NOT_TAKEN = "not-taken"
    TAKEN = "taken"
    COMING_BACK = "coming-back"
    BACK = "back"


class Mark(StrEnum):
    """What became of a step."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    FAILED = "failed"
    UNDONE = "undone"


ENDED = frozenset({Phase.DONE, Phase.UNDONE})
OF_SAGA: Mapping[str, Phase] = {
    "COMPENSATING": Phase.UNDOING,
    "COMPENSATED": Phase.UNDONE,
    "FAILED": Phase.UNDONE,
}
OF_ORDER: Mapping[str, Phase] = {
    "COMPLETED": Phase.DONE,
    "CANCELLING": Phase.UNDOING,
    "CANCELLED": Phase.UNDONE,
    "FAILED": Phase.UNDONE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What the payment service says of an order."""

    status: str
    amount: Decimal
    refunded: Decimal
    toss_order_id: str
    receipt_url: str
    reason: str
    expires_at: datetime | None
    processed_at: datetime | None
    refunded_at: datetime | None

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """From its JSON."""
        return cls(
            status=row["status"],
            amount=Decimal(row["amount"]),
            refunded=Decimal(row["refundedAmount"]),
            toss_order_id=row["tossOrderId"] or "",
            receipt_url=_web_address(row["receiptUrl"] or ""),
            reason=row["failureReason"] or "",
            expires_at=_moment(row["expiresAt"]),
            processed_at=_moment(row["processedAt"]),
            refunded_at=_moment(row["refundedAt"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Saga:
    """What the orchestrator says of an order."""

    saga_id: str
    status: str
    reason: str
    retryable: bool
    blocked: str

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """From its JSON."""
        return cls(
            saga_id=row["sagaId"],
            status=row["status"],
            reason=row["compensationReason"] or "",
            retryable=bool(row["retryable"]),
            blocked=row["retryBlockedReason"] or "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens to an order, and what became of it."""

    name: str
    mark: Mark
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """An order with its payment and its saga, as far as they are known."""

    order_id: str
    customer_id: str
    mode: str
    method: str
    status: str
    items: Sequence[Mapping[str, Any]]
    total: Decimal
    reason: str
    reserved: bool
    created_at: datetime
    updated_at: datetime
    payment: Payment | None = None
    saga: Saga | None = None

    @classmethod
    def of_order(
        cls, row: Mapping[str, Any], payment: Payment | None, saga: Saga | None
    ) -> Self:
        """From the order's JSON."""
        return cls(
            order_id=row["orderId"],
            customer_id=row["customerId"],
            mode=row["mode"],
            method=row["paymentMethod"],
            status=row["status"],
            items=row["items"],
            total=Decimal(row["totalAmount"]),
            reason=row["cancellationReason"] or (saga.reason if saga else ""),
            reserved=bool(row["reservationId"]),
            created_at=datetime.fromisoformat(row["createdAt"]),
            updated_at=datetime.fromisoformat(row["updatedAt"]),
            payment=payment,
            saga=saga,
        )

    @classmethod
    def of_saga(cls, row: Mapping[str, Any], payment: Payment | None) -> Self:
        """From the saga's JSON: the order itself has not come to its service yet."""
        data = row["orderData"]
        return cls(
            order_id=row["orderId"],
            customer_id=data["customerId"],
            mode=ORCHESTRATION,
            method="",
            status="PENDING",
            items=data["items"],
            total=Decimal(data["totalAmount"]),
            reason=row["compensationReason"] or "",
            reserved=bool(row["reservationId"]),
            created_at=datetime.fromisoformat(row["createdAt"]),
            updated_at=datetime.fromisoformat(row["updatedAt"]),
            payment=payment,
            saga=Saga.read(row),
        )

    @property
    def phase(self) -> Phase:
        """How far it is."""
        if self.saga is not None and self.saga.status != "COMPLETED":
            told = OF_SAGA.get(self.saga.status)
        else:
            told = OF_ORDER.get(self.status)
        if told is not None:
            return told
        return Phase.TO_PAY if self._waits_for_customer else Phase.RUNNING

    @property
    def _waits_for_customer(self) -> bool:
        is_open = self.payment is not None and self.payment.status == "PENDING"
        return self.method == TOSS and is_open

    @property
    def has_ended(self) -> bool:
        """True when nothing more happens by itself."""
        return self.phase in ENDED and self.money is not Money.COMING_BACK

    @property
    def money(self) -> Money:
        """Where the customer's money is."""
        status = self.payment.status if self.payment else ""
        if status == "REFUNDED":
            return Money.BACK
        if status not in {"SUCCESS", "TOSS_SUCCESS_DB_FAILED"}:
            return Money.NOT_TAKEN
        is_undone = self.phase in {Phase.UNDOING, Phase.UNDONE}
        return Money.COMING_BACK if is_undone else Money.TAKEN

    @property
    def is_short(self) -> bool:
        """True where the stock did not give the goods."""
        return any(reason in self.reason for reason in STOCK_REASONS)

    @property
    def is_declined(self) -> bool:
        """True where the bank said no, or the customer did not pay in time."""
        return self.payment is not None and self.payment.status == "FAILED"

    @property
    def was_refused(self) -> bool:
        """True where the shop gave the order up, and not the customer."""
        told = self.saga.reason if self.saga else ""
        gave_up = bool(told) and "CANCELLED" not in told
        return self.is_short or self.is_declined or gave_up

    @property
    def can_be_cancelled(self) -> bool:
        """True where the order service would take it."""
        return self.phase in {Phase.TO_PAY, Phase.RUNNING, Phase.DONE}

    @property
    def can_be_retried(self) -> bool:
        """True where the orchestrator would try it again."""
        return self.saga is not None and self.saga.retryable

    @property
    def piece_count(self) -> int:
        """How many pieces were ordered."""
        return sum(int(item["quantity"]) for item in self.items)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What happens to an order, in order."""
        paid_at = self.payment.processed_at if self.payment else None
        done_at = self.updated_at if self.phase is Phase.DONE else None
        return (
            Step(name="received", mark=Mark.DONE, at=self.created_at),
            Step(name="payment", mark=self._payment_mark, at=paid_at),
            Step(name="goods", mark=self._goods_mark),
            Step(name="done", mark=self._done_mark, at=done_at),
        )

    @property
    def _payment_mark(self) -> Mark:
        if self.money is Money.TAKEN or self.phase is Phase.DONE:
            return Mark.DONE
        if self.money is not Money.NOT_TAKEN:
            return Mark.UNDONE
        if self.is_declined:
            return Mark.FAILED
        return Mark.NOW if self.phase in {Phase.TO_PAY, Phase.RUNNING} else Mark.AHEAD

    @property
    def _goods_mark(self) -> Mark:
        if self.phase is Phase.DONE:
            return Mark.DONE
        if self.phase in {Phase.UNDOING, Phase.UNDONE}:
            if self.is_short:
                return Mark.FAILED
            return Mark.UNDONE if self.reserved else Mark.AHEAD
        is_saved = self.saga is not None and self.saga.status == "INVENTORY_RESERVED"
        if is_saved or self.reserved:
            return Mark.DONE
        return Mark.NOW if self.money is Money.TAKEN else Mark.AHEAD

    @property
    def _done_mark(self) -> Mark:
        if self.phase is Phase.DONE:
            return Mark.DONE
        return Mark.NOW if self._goods_mark is Mark.DONE else Mark.AHEAD


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _web_address(text: str) -> str:
    """A link that a page may offer; anything that is no web address is none."""
    return text if text.startswith(("https://", "http://")) else ""
