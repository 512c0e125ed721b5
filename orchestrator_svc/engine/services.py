"""What can be done to sagas from outside: start, retry, cancel, settle, expire."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from common import clock, identity
from common.contracts.base import PaymentMethod
from common.contracts.order import Item, total_of
from common.messaging import outbox
from common.saga import (
    CancelAsked,
    RetryAsked,
    Settled,
    TimePassed,
)
from common.saga import Event as SagaEvent
from common.storage.transactions import run_atomically
from common.web import audit
from orchestrator_svc.engine.book import SagaBook, new_row
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.sagas import OrderData, OrderSaga


class SagaUnknown(LookupError):
    """There is no saga with this id."""


def start_order(
    *,
    customer_id: str,
    items: tuple[Item, ...],
    payment_method: PaymentMethod = PaymentMethod.AUTO,
    traceparent: str = "",
) -> SagaInstance:
    """Start the saga of a new order: its row and its first command, in one unit."""
    return run_atomically(
        lambda: _start_order(customer_id, items, payment_method, traceparent)
    )


def retry(*, saga_id: str, by: str, reason: str = "") -> SagaInstance:
    """Try an ended saga once more. Raises SagaUnknown, RetryBlocked."""
    return _act(saga_id, RetryAsked(by=by, reason=reason), "saga.retry", by, reason)


def cancel(*, saga_id: str, by: str, reason: str = "") -> SagaInstance:
    """Abort a running saga, or undo a completed one.

    Raises SagaUnknown, CancelBlocked.
    """
    return _act(saga_id, CancelAsked(by=by, reason=reason), "saga.cancel", by, reason)


def settle(*, saga_id: str, step: str, by: str, reference: str) -> SagaInstance:
    """Note that a person did by hand what a step could not.

    Raises SagaUnknown, SettleBlocked.
    """
    event = Settled(step=step, by=by, reference=reference)
    return _act(saga_id, event, "saga.settle", by, reference)


def expire(now: datetime, limit: int = 500) -> int:
    """Tell the sagas whose time has come; return how many."""
    return run_atomically(lambda: _expire(now, limit))


def _start_order(
    customer_id: str,
    items: tuple[Item, ...],
    payment_method: PaymentMethod,
    traceparent: str,
) -> SagaInstance:
    now = clock.now()
    total = total_of(items)
    order_id = identity.new_order_id()
    data = OrderData(
        order_id=order_id,
        customer_id=customer_id,
        items=items,
        total_amount=total,
        payment_method=payment_method,
        pay_within_s=_pay_within(payment_method),
    )
    advanced = OrderSaga.start(identity.new_saga_id(), order_id, data, now)
    row = new_row(advanced.state, customer_id, traceparent)
    row.total_amount = total
    book = SagaBook([], now)
    book.add(row, advanced)
    outbox.append(book.write())
    return row


def _pay_within(method: PaymentMethod) -> int | None:
    is_by_customer = method is PaymentMethod.TOSS
    return settings.TOSS_CONFIRM_WITHIN_S if is_by_customer else None


def _act(
    saga_id: str, event: SagaEvent, action: str, by: str, reason: str
) -> SagaInstance:
    def unit() -> SagaInstance:
        row = SagaInstance.objects.filter(saga_id=saga_id).first()
        if row is None:
            raise SagaUnknown(f"There is no saga {saga_id}.")
        book = SagaBook([row], clock.now())
        book.apply(saga_id, event, causation_id=f"{action}/{by}")
        outbox.append(book.write())
        audit.record(by, action, saga_id, reason=reason)
        return row

    return run_atomically(unit)


def _expire(now: datetime, limit: int) -> int:
    due = SagaInstance.objects.filter(wake_at__lte=now).order_by("wake_at")[:limit]
    rows = list(due)
    book = SagaBook(rows, now)
    for row in rows:
        book.apply(row.saga_id, TimePassed())
    outbox.append(book.write())
    return len(rows)
