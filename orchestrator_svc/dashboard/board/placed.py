"""The orders that run without an orchestrator, as the order service tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx
import structlog

from common.contracts.base import Mode
from common.ui.paging import Page
from common.web.peers import client_of

log = structlog.get_logger(__name__)

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
        with client_of("order", timeout=TIMEOUT) as order_service:
            if search and (found := _by_id(order_service, search, statuses)):
                return Placed([found], 1)
            return _listed(order_service, statuses, search, page)
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        log.warning("order service did not answer", error=str(error)[:200])
        return Placed(answered=False)


def _listed(
    service: httpx.Client, statuses: Sequence[str], customer: str, page: Page
) -> Placed:
    asked = {
        "mode": Mode.CHOREOGRAPHY.value,
        "status": ",".join(statuses),
        "customerId": customer,
        "page": str(page.number),
        "limit": str(page.limit),
    }
    answer = _json(service.get(BASE, params=asked))
    rows = [_order(one) for one in answer["data"]]
    return Placed(rows, int(answer["pagination"]["totalCount"]))


def _by_id(
    service: httpx.Client, order_id: str, statuses: Sequence[str]
) -> PlacedOrder | None:
    answer = service.get(f"{BASE}/{order_id}")
    if answer.status_code == 404:
        return None
    body = _json(answer)
    if body["mode"] != Mode.CHOREOGRAPHY or (
        statuses and body["status"] not in statuses
    ):
        return None
    return _order(body)


def _json(answer: httpx.Response) -> Any:
    answer.raise_for_status()
    return answer.json(parse_float=Decimal)


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
