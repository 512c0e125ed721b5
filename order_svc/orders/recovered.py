"""What becomes of an order once it is found out whether its customer has paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from common.contracts.payment import PaymentProcessed
from common.messaging.envelope import Outbound
from common.recovery.client import Finding
from common.recovery.models import Recovery
from order_svc.orders import selectors
from order_svc.orders.book import OrderBook, cancelled_event
from order_svc.orders.decisions import ORDER_SERVICE
from order_svc.orders.domain import ask_to_cancel


def conclude(row: Recovery, finding: Finding, now: datetime) -> Sequence[Outbound]:
    """Undo an order whose payment cannot be; of one that is, payment.processed tells.

    It is undone and not just failed, for what was said of Toss may not have been so,
    and then the customer can still pay.
    """
    if isinstance(finding, PaymentProcessed):
        return ()
    book = OrderBook(selectors.orders_by_id([row.order_id]), now)
    order = book.state(row.order_id)
    if order is None or not order.waits_for_payment:
        return ()
    reason = f"{finding.reason}: {finding.message}"
    undone = ask_to_cancel(order, reason=reason, by=ORDER_SERVICE)
    put = book.put(undone, f"the payment cannot be: {finding.message}"[:300])
    book.write()
    return [cancelled_event(put, now)]
