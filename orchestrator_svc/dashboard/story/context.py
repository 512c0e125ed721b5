"""What the templates of the story are filled with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest

from common import clock
from common.conf.service import service_url
from common.web.permissions import is_near
from orchestrator_svc.dashboard.story import prospects
from orchestrator_svc.dashboard.story.facts import Json
from orchestrator_svc.dashboard.story.telling import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the order."""

    product_id: str
    name: str
    quantity: Any
    price: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was ordered, by whom, and why it was undone if it was."""

    customer: str = ""
    total: Any = None
    method: str = ""
    placed_at: Any = None
    reason: str = ""
    items: Sequence[Item] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where a service shows a thing: as JSON, and in its admin."""

    api: str
    admin: str
    base: str


def context_of(story: Story, request: HttpRequest) -> dict[str, Any]:
    """All that the page shows."""
    payments = list(story.known.payments)
    return {
        "title": story.order_id,
        "story": story,
        "facts": facts_of(story),
        "payment": payments[-1] if payments else None,
        "earlier_payments": payments[:-1],
        "reservation": story.known.reservation,
        "links": _links(story, request),
        "retry": prospects.retry(story),
        "cancel": prospects.cancel(story, clock.now()),
    }


def facts_of(story: Story) -> Facts:
    """From the saga where there is one, else from the order's own service."""
    if story.saga is None:
        return _of_order(story.order) if story.order else Facts()
    state, data = story.saga, story.saga.data
    why = (state.reason or "", state.message or "")
    items = [
        Item(
            product_id=one.product_id,
            name=one.product_name,
            quantity=one.quantity,
            price=one.price,
        )
        for one in data.items
    ]
    return Facts(
        customer=data.customer_id,
        total=data.total_amount,
        method=getattr(data, "payment_method", ""),
        placed_at=state.created_at,
        reason=": ".join(filter(None, why)),
        items=items,
    )


def _of_order(order: Json) -> Facts:
    items = [
        Item(
            product_id=one["productId"],
            name=one["productName"],
            quantity=one["quantity"],
            price=one["price"],
        )
        for one in order["items"]
    ]
    return Facts(
        customer=order["customerId"],
        total=order["totalAmount"],
        method=order["paymentMethod"],
        placed_at=order["createdAt"],
        reason=order["cancellationReason"] or "",
        items=items,
    )


def _links(story: Story, request: HttpRequest) -> dict[str, Links | None]:
    payments = story.known.payments
    payment_id = payments[-1]["payment"]["paymentId"] if payments else ""
    reservation = story.known.reservation or {}
    order = story.order_id
    return {
        "order": _at(
            request, "order", f"/api/orders/{order}", f"orders/order/?q={order}"
        ),
        "payment": _at(
            request,
            "payment",
            f"/api/payments/{payment_id}",
            f"payments/payment/?q={payment_id}",
        ),
        "inventory": _at(
            request,
            "inventory",
            f"/api/reservations/order/{order}",
            f"stock/reservation/?q={reservation.get('reservationId', '')}",
        ),
    }


def _at(request: HttpRequest, service: str, api: str, admin: str) -> Links | None:
    """The service's own pages; none where only other services reach its address."""
    address = urlsplit(service_url(service))
    if not is_near(address.hostname or ""):
        return None
    host = request.get_host().rpartition(":")[0] or request.get_host()
    base = f"{request.scheme}://{host}:{address.port}"
    return Links(api=f"{base}{api}", admin=f"{base}/admin/{admin}", base=base)
