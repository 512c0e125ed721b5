"""The log of all calls that came in, so that a test can see who asked what."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from compose.toss_sandbox.models import LoggedRequest, TossPayment
from compose.toss_sandbox.money import number

KEPT = 20_000


def opened(
    request: HttpRequest, body: dict[str, Any], payment_key: str, order_id: str
) -> LoggedRequest:
    """A call has come in."""
    payment_key = payment_key or str(body.get("paymentKey", ""))
    order_id = order_id or str(body.get("orderId", "")) or _order_of(payment_key)
    entry = LoggedRequest.objects.create(
        at=timezone.now(),
        method=request.method or "",
        path=request.path[:300],
        order_id=order_id[:100],
        payment_key=payment_key[:200],
        idempotency_key=request.headers.get("Idempotency-Key", "")[:300],
        body=json.dumps(body, default=_plain)[:2000],
    )
    if entry.pk % 1000 == 0:
        LoggedRequest.objects.filter(pk__lte=entry.pk - KEPT).delete()
    return entry


def closed(
    entry: LoggedRequest, status: int, code: str, ms: float, *, replayed: bool
) -> None:
    """It was answered, or with status 0 it was not."""
    LoggedRequest.objects.filter(pk=entry.pk).update(
        status=status, code=code, ms=round(ms, 1), replayed=replayed
    )


def shown(entry: LoggedRequest) -> dict[str, Any]:
    """An entry as JSON."""
    return {
        "id": entry.pk,
        "at": entry.at.isoformat(timespec="milliseconds"),
        "method": entry.method,
        "path": entry.path,
        "orderId": entry.order_id,
        "paymentKey": entry.payment_key,
        "idempotencyKey": entry.idempotency_key,
        "body": json.loads(entry.body) if entry.body.endswith("}") else entry.body,
        "status": entry.status,
        "code": entry.code,
        "replayed": entry.replayed,
        "ms": entry.ms,
    }


def selected(params: dict[str, str]) -> QuerySet[LoggedRequest]:
    """The entries that a query asks for."""
    rows = LoggedRequest.objects.all()
    if order_id := params.get("orderId"):
        rows = rows.filter(order_id=order_id)
    if payment_key := params.get("paymentKey"):
        rows = rows.filter(payment_key=payment_key)
    if path := params.get("path"):
        rows = rows.filter(path__contains=path)
    if (since := params.get("since", "")).isdecimal():
        rows = rows.filter(pk__gt=int(since))
    return rows


def _order_of(payment_key: str) -> str:
    found = TossPayment.objects.filter(payment_key=payment_key)
    return found.values_list("order_id", flat=True).first() or ""


def _plain(value: Any) -> Any:
    return number(value) if isinstance(value, Decimal) else str(value)
