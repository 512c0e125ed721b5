"""The orders that run without an orchestrator, as the order service tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx

from common.contracts.base import Mode
from common.ui.paging import Page
from common.web import peers

# The contract's statuses of an order, in the order in which they come.
STATUSES = (
    "PENDING",
    "PAYMENT_COMPLETED",
    "COMPLETED",
    "CANCELLING",
    "CANCELLED",
    "FAILED",
)
TIMEOUT = httpx.Timeout(3, connect=1)
BASE = "/api/orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOrder:
    """One order as a row of the list."""

    order_id: str
    customer_id: str
    status: str
    total_amount: Decimal
    reason: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Placed:
    """A page of them and how many there are; nothing where nobody `answered`."""

    rows: Sequence[PlacedOrder] = ()
    total: int = 0
    answered: bool = True


def read(*, statuses: Sequence[str], search: str, page: Page) -> Placed:
    """The orders of these statuses, newest first; by the id of one, or a customer's."""
    try:
        with peers.reading("order"):
            if search and (found := _by_id(search, statuses)):
                return Placed([found], 1)
            return _listed(statuses, search, page)
    except (peers.NoAnswer, peers.Refused):
        return Placed(answered=False)


def _listed(statuses: Sequence[str], customer: str, page: Page) -> Placed:
    asked = {
        "mode": Mode.CHOREOGRAPHY.value,
        "status": ",".join(statuses),
        "customerId": customer,
        "page": str(page.number),
        "limit": str(page.limit),
    }
    answer = peers.get("order", BASE, asked, timeout=TIMEOUT)
    rows = [_order(one) for one in answer["data"]]
    return Placed(rows, int(answer["pagination"]["totalCount"]))


def _by_id(order_id: str, statuses: Sequence[str]) -> PlacedOrder | None:
    body = peers.find("order", f"{BASE}/{order_id}", timeout=TIMEOUT)
    if body is None or body["mode"] != Mode.CHOREOGRAPHY:
        return None
    if statuses and body["status"] not in statuses:
        return None
    return _order(body)


def _order(body: Mapping[str, Any]) -> PlacedOrder:
    return PlacedOrder(
        order_id=str(body["orderId"]),
        customer_id=str(body["customerId"]),
        status=str(body["status"]),
        total_amount=Decimal(body["totalAmount"]),
        reason=str(body["cancellationReason"] or ""),
        created_at=datetime.fromisoformat(body["createdAt"]),
        updated_at=datetime.fromisoformat(body["updatedAt"]),
    )
