"""The log of all calls that came in, so that a test can see who asked what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from compose.toss_sandbox.books import writing
from compose.toss_sandbox.models import LoggedRequest, TossPayment
from compose.toss_sandbox.money import number

KEPT = 20_000
LONGEST_BODY = 2_000


def opened(
    request: HttpRequest, body: dict[str, Any], payment_key: str, order_id: str
) -> LoggedRequest:
    """A call has come in."""
    payment_key = payment_key or _text(body.get("paymentKey"))
    order_id = order_id or _text(body.get("orderId")) or _order_of(payment_key)
    with writing():
        return LoggedRequest.objects.create(
            at=timezone.now(),
            method=request.method or "",
            path=request.path[:300],
            order_id=order_id[:64],
            payment_key=payment_key[:200],
            idempotency_key=request.headers.get("Idempotency-Key", "")[:300],
            body=json.dumps(body, default=_plain)[:LONGEST_BODY],
        )


def closed(
    entry: LoggedRequest, status: int, code: str, ms: float, replayed: bool
) -> None:
    """It was answered, or with status 0 it was not."""
    with writing():
        LoggedRequest.objects.filter(pk=entry.pk).update(
            status=status or None, code=code, ms=round(ms, 1), replayed=replayed
        )


def forget_old() -> None:
    """The newest are kept."""
    newest = LoggedRequest.objects.order_by("-id").values_list("id", flat=True).first()
    if newest is not None:
        with writing():
            LoggedRequest.objects.filter(pk__lte=newest - KEPT).delete()


def clear() -> None:
    """Nothing has come in; the ids go on."""
    with writing():
        LoggedRequest.objects.all().delete()


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
        "body": _object(entry.body),
        "status": entry.status,
        "code": entry.code,
        "replayed": entry.replayed,
        "ms": entry.ms,
    }


def selected(params: Mapping[str, str]) -> QuerySet[LoggedRequest]:
    """The entries that a query asks for; `path` is a part of theirs."""
    rows = LoggedRequest.objects.all()
    if order_id := params.get("orderId"):
        rows = rows.filter(order_id=order_id)
    if payment_key := params.get("paymentKey"):
        rows = rows.filter(payment_key=payment_key)
    if path := params.get("path"):
        rows = rows.filter(path__contains=path)
    if (since := params.get("since", "")).isdecimal() and len(since) < 19:
        rows = rows.filter(pk__gt=int(since))
    return rows


def _order_of(payment_key: str) -> str:
    found = TossPayment.objects.filter(payment_key=payment_key)
    return found.values_list("order_id", flat=True).first() or ""


def _text(value: Any) -> str:
    """What can be stored of it; the whole is in the body, as JSON writes it."""
    text = value if isinstance(value, str) else ""
    return text.encode("ascii", "backslashreplace").decode().replace("\0", "\\0")


def _plain(value: Any) -> Any:
    return number(value) if isinstance(value, Decimal) else str(value)


def _object(body: str) -> Any:
    """The body as it was; as text where only its beginning was kept."""
    try:
        return json.loads(body)
    except ValueError:
        return body
