"""What is done to a payment at Toss, up to the point that a test is about."""

from __future__ import annotations

from typing import Any

import msgspec

from common.contracts.base import PaymentMethod, Reply
from common.log.port import LogRecord
from common.messaging import intake
from common.messaging.envelope import Inbound
from common.messaging.models import OutboxMessage
from payment_svc.payments import confirming, settlement
from payment_svc.payments.models import Payment
from payment_svc.tests.factories import ORDER, TOTAL, created, handle, payment, process
from payment_svc.tests.toss import ScriptedToss


def offer(order_id: str = ORDER, *, is_saga: bool = True, **more: Any) -> Inbound:
    """The order is to be paid by its customer at Toss; the message that waits."""
    make = process if is_saga else created
    asked = make(order_id, payment_method=PaymentMethod.TOSS, **more)
    assert handle(asked) == []
    return asked


def confirm(key: str, order_id: str = ORDER, amount: Any = TOTAL) -> Any:
    """The customer's browser comes back from the window."""
    return confirming.confirm(payment_key=key, order_id=order_id, amount=amount)


def pay(toss: ScriptedToss, order_id: str = ORDER) -> Payment:
    """The customer agrees and the charge is made."""
    confirmed = confirm(toss.agree(order_id, TOTAL), order_id)
    found: Payment = confirmed.payment
    assert found.status == "SUCCESS"
    return found


def settle(order_id: str = ORDER, attempt: int = 1) -> bool:
    """The sweep comes by the payment."""
    return settlement.settle(payment(order_id, attempt).payment_id)


def sent() -> dict[str, Any]:
    """What the outbox holds: event or answer, by the message's id, oldest first."""
    return {
        row.message_id: _told(row) for row in OutboxMessage.objects.order_by("position")
    }


def _told(row: OutboxMessage) -> Any:
    body = intake.read(
        LogRecord(
            topic=row.topic,
            partition=0,
            offset=0,
            key=row.message_key,
            value=bytes(row.value),
            headers=msgspec.json.decode(row.headers, type=dict[str, str]),
            timestamp=0,
        )
    ).body
    return body.answer if isinstance(body, Reply) else body
