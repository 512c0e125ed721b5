"""Reading the playground: runs, faults that are on, products, a run's board."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from common.conf.service import SERVICES as KNOWN
from common.web import peers
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.playground.board import Board, draw
from orchestrator_svc.playground.faults import Kind, kind_at
from orchestrator_svc.playground.lookout import Lookout
from orchestrator_svc.playground.models import Run, RunStatus
from orchestrator_svc.playground.plan import Product
from orchestrator_svc.playground.seen import OrderSeen, PaymentSeen
from orchestrator_svc.sagas import OrderSaga

SERVICES = tuple(KNOWN)
NAMED_AT_ONCE = 50
LISTED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultOn:
    """A fault that is on somewhere; `kind` is None where another page turned it on."""

    service: str
    fault_id: str
    point: str
    action: str
    kind: Kind | None
    percent: int
    times: int | None
    seconds: float
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class FaultsOn:
    """All that are on, and the services that do not say."""

    faults: tuple[FaultOn, ...]
    silent: tuple[str, ...]


def run(run_id: str) -> Run | None:
    """One run."""
    return Run.objects.filter(pk=run_id).first()


def newest() -> Run | None:
    """The run that was started last."""
    return Run.objects.order_by("-created_at", "-run_id").first()


def runs() -> list[Run]:
    """The latest runs, without their orders."""
    found = Run.objects.order_by("-created_at", "-run_id").defer("orders", "products")
    return list(found[:LISTED])


def sending() -> QuerySet[Run]:
    """The runs of which more is to be sent, oldest first."""
    found = Run.objects.filter(status=RunStatus.SENDING)
    return found.order_by("created_at", "run_id")


def products() -> list[Product]:
    """What can be ordered, as the inventory says. Raises NoAnswer, Refused."""
    return [
        Product(
            product_id=row["productId"],
            name=row["productName"],
            price=Decimal(row["price"]),
        )
        for row in peers.rows("inventory", "/api/inventory")
    ]


def faults_on() -> FaultsOn:
    """What is on in the four services, as they say themselves."""
    found: list[FaultOn] = []
    silent: list[str] = []
    for service in SERVICES:
        try:
            said = peers.get(service, "/api/faults")
        except (peers.NoAnswer, peers.Refused):
            silent.append(service)
        else:
            found += [_fault(service, one) for one in said["faults"]]
    return FaultsOn(tuple(found), tuple(silent))


def board(run: Run) -> Board:
    """Where the orders of a run are, and what the books say, as of a second ago."""
    seen = _lookout().look(run.run_id, lambda: _ask(run))
    return draw(run.plan, run.orders, seen, is_sending=run.is_open)


@lru_cache(maxsize=1)
def _lookout() -> Lookout:
    return Lookout()


def _ask(run: Run) -> dict[str, Any]:
    """How each source is asked, in this order: orders end before their books do."""
    return {
        "sagas": lambda: _sagas(run.customer_id),
        "orders": lambda: _orders(run.customer_id),
        "payments": lambda: list(_payments(run.customer_id)),
        "held": lambda: _held(run),
    }


def _sagas(customer_id: str) -> Mapping[str, str]:
    rows = SagaInstance.objects.filter(
        customer_id=customer_id, definition=OrderSaga.name
    )
    return dict(rows.order_by().values_list("order_id", "status"))


def _orders(customer_id: str) -> Mapping[str, OrderSeen]:
    rows = peers.rows("order", "/api/orders", {"customerId": customer_id})
    return {
        row["orderId"]: OrderSeen(
            row["status"],
            Decimal(row["totalAmount"]),
            datetime.fromisoformat(row["createdAt"]),
            datetime.fromisoformat(row["updatedAt"]),
        )
        for row in rows
    }


def _payments(customer_id: str) -> Iterator[PaymentSeen]:
    for row in peers.rows("payment", "/api/payments", {"customerId": customer_id}):
        amount, refunded = Decimal(row["amount"]), Decimal(row["refundedAmount"])
        yield PaymentSeen(row["orderId"], row["status"], amount, refunded)


def _held(run: Run) -> Mapping[str, int]:
    """How many pieces are set aside for each order."""
    found: dict[str, int] = {}
    ids = [order_id for order_id in run.orders if order_id]
    for start in range(0, len(ids), NAMED_AT_ONCE):
        named = ",".join(ids[start : start + NAMED_AT_ONCE])
        for row in peers.rows("inventory", "/api/reservations", {"orderId": named}):
            if row["status"] == "RESERVED":
                pieces = sum(int(line["quantity"]) for line in row["items"])
                found[row["orderId"]] = found.get(row["orderId"], 0) + pieces
    return found


def _fault(service: str, said: Mapping[str, Any]) -> FaultOn:
    return FaultOn(
        service=service,
        fault_id=said["faultId"],
        point=said["point"],
        action=said["action"],
        kind=kind_at(said["point"], said["action"]),
        percent=round(said["rate"] * 100),
        times=said["times"],
        seconds=float(said["seconds"]),
        since=datetime.fromisoformat(said["createdAt"]),
        until=datetime.fromisoformat(said["until"]),
    )
