"""What the pages show, asked of the services: side by side, and one call for many."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from common.web import peers
from order_svc.storefront.goods import Product
from order_svc.storefront.purchase import ORCHESTRATION, Payment, Purchase, Saga

T = TypeVar("T")

AT_ONCE = 100
MOST_PRODUCTS = 1000
PER_PAGE = 10

_threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="shop")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders a list shows; what is empty narrows nothing.

    `only` are the ids that may be seen at all, None where all may.
    """

    mode: str
    only: Sequence[str] | None = None
    customer: str = ""
    page: int = 1
    limit: int = PER_PAGE


@dataclass(frozen=True, slots=True)
class Found:
    """One page of orders, and how many there are."""

    purchases: Sequence[Purchase]
    total_count: int


def products() -> list[Product]:
    """What the shop sells, as the stock says now. Raises NoAnswer, Refused."""
    shelves = peers.rows("inventory", "/api/inventory")
    return [Product.read(row) for row in islice(shelves, MOST_PRODUCTS)]


def purchase(order_id: str) -> Purchase | None:
    """The order, its payment and its saga; None where nobody knows it.

    Raises NoAnswer, Refused. An order without an answer of the orchestrator is shown as
    the order service knows it.
    """
    order = _later(peers.find, "order", f"/api/orders/{order_id}")
    paid = _later(peers.find, "payment", f"/api/payments/order/{order_id}")
    path = f"/api/orchestrator/sagas/order/{order_id}"
    led = _later(peers.find, "orchestrator", path)
    row, payment = order.result(), paid.result()
    known = Payment.read(payment) if payment else None
    if row is not None and row["mode"] != ORCHESTRATION:
        return Purchase.of_order(row, known, None)
    saga = led.result()
    if row is not None:
        return Purchase.of_order(row, known, Saga.read(saga) if saga else None)
    return Purchase.of_saga(saga, known) if saga else None


def purchases(wanted: Wanted) -> Found:
    """One page of a list: three calls, however many orders.

    Raises NoAnswer, Refused.
    """
    if wanted.only is not None and not wanted.only:
        return Found([], 0)
    found = peers.get("order", "/api/orders", _narrowed(wanted))
    rows = found["data"]
    ids = [row["orderId"] for row in rows]
    paid = _later(_payments, ids)
    led = _later(_sagas, ids if wanted.mode == ORCHESTRATION else [])
    payments, sagas = paid.result(), led.result()
    shown = [
        Purchase.of_order(row, payments.get(one), sagas.get(one))
        for one, row in zip(ids, rows, strict=True)
    ]
    return Found(shown, found["pagination"]["totalCount"])


def _narrowed(wanted: Wanted) -> dict[str, str | int]:
    asked: dict[str, str | int] = {
        "mode": wanted.mode,
        "page": wanted.page,
        "limit": wanted.limit,
    }
    if wanted.only is not None:
        asked["orderId"] = ",".join(wanted.only)
    if wanted.customer:
        asked["customerId"] = wanted.customer
    return asked


def _payments(ids: Iterable[str]) -> dict[str, Payment]:
    """The newest payment of each order; not paged, for an order may have several."""
    wanted = ",".join(ids)
    rows = peers.get("payment", "/api/payments", {"orderId": wanted}) if wanted else []
    return {row["orderId"]: Payment.read(row) for row in reversed(rows)}


def _sagas(ids: Iterable[str]) -> dict[str, Saga]:
    """The saga of each order that has one."""
    asked: dict[str, str | int] = {"orderId": ",".join(ids), "limit": AT_ONCE}
    if not asked["orderId"]:
        return {}
    rows = peers.get("orchestrator", "/api/orchestrator/sagas", asked)["data"]
    return {row["orderId"]: Saga.read(row) for row in rows}


def _later(call: Callable[..., T], *arguments: Any) -> Future[T]:
    """The call runs beside others, with the ids of this request."""
    return _threads.submit(contextvars.copy_context().run, call, *arguments)
