"""With 200,000 sagas every page of the list answers within 100 ms."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from common.storage.bulk import insert_rows
from orchestrator_svc.engine.book import new_row
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.tests.factories import NOW, WAYS, state_at

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.timeout(300)]

ROWS = 200_000
LIMIT_MS = 100
# How many of a hundred thousand have each status.
SHARES = {
    "COMPLETED": 60_000,
    "COMPENSATED": 20_000,
    "PAYMENT_PROCESSING": 18_900,
    "FAILED": 1_000,
    "COMPENSATING": 100,
}
STATUSES = ("", "FAILED", "COMPENSATING", "COMPLETED", "FAILED,COMPENSATED")
SORTS = ("createdAt", "updatedAt", "status", "orderId", "totalAmount")
TRIES = 5


def sagas() -> Iterator[SagaInstance]:
    """The rows: ids, times and amounts differ, states are those of five examples."""
    random = Random(1)  # noqa: S311 - the same rows each time
    examples = {status: new_row(state_at(WAYS[status]), "C") for status in SHARES}
    chosen = random.choices(tuple(SHARES), tuple(SHARES.values()), k=ROWS)
    for number, status in enumerate(chosen):
        example = examples[status]
        saga_id = f"SAGA-{random.getrandbits(128):032x}"
        order_id = f"ORD-{random.getrandbits(128):032x}"
        created_at = NOW + timedelta(milliseconds=300 * number)
        state = example.state.replace(example.saga_id, saga_id)
        yield SagaInstance(
            saga_id=saga_id,
            order_id=order_id,
            definition="order",
            definition_version=1,
            status=example.status,
            phase=example.phase,
            current_step=example.current_step,
            customer_id=f"CUST{number % 5000}",
            total_amount=Decimal(random.randrange(100, 300_000)) / 100,
            state=state.replace(example.order_id, order_id),
            created_at=created_at,
            updated_at=created_at + timedelta(milliseconds=random.randrange(20_000)),
        )


def best_ms(client: Client, query: dict[str, object]) -> float:
    """The quickest of a few answers: what the program takes, not what disturbs it."""
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        response = client.get(f"/api/orchestrator/sagas?{urlencode(query)}")
        times.append((time.perf_counter() - start) * 1000)
        assert response.status_code == 200
        assert response.json()["pagination"]["limit"] == query["limit"]
        if times[-1] <= LIMIT_MS:
            break
    return min(times)


def pages_of(client: Client, status: str) -> tuple[int, int, int]:
    """The first page, one in the middle, the last."""
    found = client.get(f"/api/orchestrator/sagas?limit=20&status={status}").json()
    last = max(1, found["pagination"]["totalPages"])
    return 1, max(1, last // 2), last


def test_every_page_of_every_order_is_quick(client: Client) -> None:
    """All statuses or some, any order, first, middle and last page."""
    batch: list[SagaInstance] = []
    for saga in sagas():
        batch.append(saga)
        if len(batch) == 5000:
            insert_rows(SagaInstance, batch)
            batch = []
    assert SagaInstance.objects.count() == ROWS
    if connection.vendor == "postgresql":
        # What autovacuum does within a minute.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    slow = {}
    for status in STATUSES:
        for page in pages_of(client, status):
            for sort in SORTS:
                for order in ("asc", "desc"):
                    query: dict[str, object] = {"page": page, "limit": 20}
                    query |= {"status": status, "sortBy": sort, "sortOrder": order}
                    taken = best_ms(client, query)
                    if taken > LIMIT_MS:
                        slow[str(query)] = round(taken)
    assert slow == {}
