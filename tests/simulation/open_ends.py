"""What has not come to an end, and when it is turned to next.

Each is to be read within the service whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from common.messaging.models import DeadLetter, OutboxMessage
from common.recovery.models import Recovery
from common.saga import Phase
from orchestrator_svc.engine.models import SagaInstance
from order_svc.orders.models import Order
from payment_svc.payments.models import Payment, Question, Refund

OPEN_ORDERS = ("PENDING", "PAYMENT_COMPLETED", "CANCELLING")
OPEN_PAYMENTS = ("PENDING", "PROCESSING", "TOSS_SUCCESS_DB_FAILED")


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """Something that must still happen; `is_over` where it is only looked at again."""

    name: str
    wakes_at: datetime | None = None
    is_over: bool = False


def of_orders() -> Iterator[OpenEnd]:
    """Choreographed orders that have not ended."""
    for row in Order.objects.filter(status__in=OPEN_ORDERS):
        yield OpenEnd(f"{row.order_id} {row.mode} {row.status}", row.resend_at)


def of_payments() -> Iterator[OpenEnd]:
    """Payments of which Toss is still to be asked, and what waits for them."""
    is_open = Q(status__in=OPEN_PAYMENTS) | Q(next_look_at__isnull=False)
    for row in Payment.objects.filter(is_open):
        is_over = row.status not in OPEN_PAYMENTS
        yield OpenEnd(str(row), row.next_look_at, is_over)
    for refund in Refund.objects.filter(status="PENDING"):
        yield OpenEnd(f"{refund.refund_id} PENDING")
    for question in Question.objects.all():
        yield OpenEnd(str(question))


def of_sagas() -> Iterator[OpenEnd]:
    """Sagas that have not ended."""
    ends = [phase.value for phase in Phase if phase.ended]
    for row in SagaInstance.objects.exclude(phase__in=ends):
        yield OpenEnd(f"{row.saga_id} {row.status}", row.wake_at)


def of_messages() -> Iterator[OpenEnd]:
    """What a service has not published, and letters and recoveries under way."""
    for row in OutboxMessage.objects.filter(published_at__isnull=True):
        yield OpenEnd(f"outbox {row.message_id}")
    for letter in DeadLetter.objects.filter(status__in=("RETRYING", "HELD")):
        yield OpenEnd(f"letter {letter.message_id}", letter.next_try_at)
    for recovery in Recovery.objects.filter(status="WAITING"):
        yield OpenEnd(str(recovery), recovery.next_try_at)


OF_SERVICES: Mapping[str, Callable[[], Iterator[OpenEnd]]] = {
    "order": of_orders,
    "payment": of_payments,
    "inventory": lambda: iter(()),
    "orchestrator": of_sagas,
}
