"""With 200,000 sagas every page of the list answers within 100 ms."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest
from django.test import Client

from orchestrator_svc.tests.many_sagas import store_sagas

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.timeout(300)]

LIMIT_MS = 100
STATUSES = ("", "FAILED", "COMPENSATING", "COMPLETED", "FAILED,COMPENSATED")
SORTS = ("createdAt", "updatedAt", "status", "orderId", "totalAmount")
TRIES = 5


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
    store_sagas()
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
