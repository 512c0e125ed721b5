"""Waiting for the end of all orders, and reading what the services recorded."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from compose.scenarios.api import Record, ServiceError, Services
from compose.scenarios.books import instant, payments_since, records_since
from compose.scenarios.shop import CHOREOGRAPHY

# Four counts a second: seldom enough that they cost the stack next to nothing.
POLL_SECONDS = 0.25
TELL_SECONDS = 2.0
RUNNING_SAGA = (
    "STARTED,ORDER_CREATED,PAYMENT_PROCESSING,PAYMENT_COMPLETED,"
    "INVENTORY_RESERVING,INVENTORY_RESERVED,COMPENSATING"
)
# In the order in which an order passes them: once none is left in one, none returns.
RUNNING_ORDER = ("PENDING", "PAYMENT_COMPLETED", "CANCELLING")

Progress = Callable[[str], None]


class Stalled(ServiceError):
    """Orders are left that do not end."""


@dataclass(slots=True)
class Records:
    """What the three services recorded of one customer's orders."""

    orders: list[Record] = field(default_factory=list)
    payments: list[Record] = field(default_factory=list)
    sagas: list[Record] = field(default_factory=list)


def wait_until_ended(
    services: Services, mode: str, *, stall: float, progress: Progress
) -> None:
    """No order of the pattern is running; Stalled when none ended for so long."""
    states = RUNNING_ORDER if mode == CHOREOGRAPHY else (RUNNING_SAGA,)
    for state in states:
        wait_until_none(services, mode, state, stall=stall, progress=progress)


def wait_until_none(
    services: Services, mode: str, state: str, *, stall: float, progress: Progress
) -> None:
    """No order of the pattern is in the state."""
    fewest, since, told = None, time.monotonic(), 0.0
    while left := running(services, mode, state):
        now = time.monotonic()
        if now - told >= TELL_SECONDS:
            progress(f"{left} still running")
            told = now
        if fewest is None or left < fewest:
            fewest, since = left, now
        if now - since > stall:
            raise Stalled(
                f"{left} orders of the {mode.lower()} have not ended ({state}), and "
                f"none did in the last {stall:g} s."
            )
        time.sleep(POLL_SECONDS)


def running(services: Services, mode: str, state: str) -> int:
    """How many orders of the pattern are in the state."""
    if mode == CHOREOGRAPHY:
        return services.count("order", "/api/orders", status=state, mode=mode)
    return services.count("orchestrator", "/api/orchestrator/sagas", status=state)


def read_records(
    services: Services, mode: str, customer: str, since: datetime
) -> Records:
    """All records of the customer's orders; the customer ordered after `since`."""
    found = Records(
        orders=list(services.pages("order", "/api/orders", customerId=customer)),
        payments=[
            payment
            for payment in payments_since(services, since)
            if payment["customerId"] == customer
        ],
    )
    if mode != CHOREOGRAPHY:
        found.sagas = read_sagas(services, customer, since)
    return found


def read_sagas(services: Services, customer: str, since: datetime) -> list[Record]:
    """The customer's sagas."""
    newest_first = services.pages(
        "orchestrator",
        "/api/orchestrator/sagas",
        sortBy="createdAt",
        sortOrder="desc",
    )
    return [
        saga
        for saga in records_since(newest_first, since)
        if saga["orderData"]["customerId"] == customer
    ]


def durations(records: list[Record]) -> list[float]:
    """Seconds from createdAt to updatedAt."""
    return [
        (instant(record["updatedAt"]) - instant(record["createdAt"])).total_seconds()
        for record in records
    ]


def last_end(records: list[Record]) -> float:
    """When the last of them was updated, as seconds since 1970."""
    return max(instant(record["updatedAt"]).timestamp() for record in records)
