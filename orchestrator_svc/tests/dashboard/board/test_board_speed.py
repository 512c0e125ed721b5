"""With 200,000 sagas the board answers at once, and sends little or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from coverage import Coverage
from django.core.cache import cache
from django.test import Client

from common import clock
from orchestrator_svc.tests.factories import NOW
from orchestrator_svc.tests.many_sagas import ROWS, store_sagas

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.timeout(300)]

LIMIT_MS = 150
LARGEST_LIMIT_MS = 300  # a hundred rows cost a hundred rows, however many there are
COLD_MS = (
    150  # what it may cost besides to figure anew, which is done every five seconds
)
LIMIT_BYTES = 30_000
TRIES = 5
LATEST = NOW + timedelta(milliseconds=300 * ROWS)
QUERIES: tuple[dict[str, object], ...] = (
    {},
    {"limit": 100},
    {"status": ["FAILED", "COMPENSATED"]},
    {"status": "FAILED", "sortBy": "totalAmount", "sortOrder": "asc"},
    {"page": 5000},
    {"sortBy": "updatedAt", "status": "COMPENSATING"},
    {"q": "CUST77"},
)


@contextmanager
def uncovered() -> Iterator[None]:
    """Coverage, where it is measured, does not look: it takes half of a page's time."""
    measuring = Coverage.current()
    if measuring is not None:
        measuring.stop()
    try:
        yield
    finally:
        if measuring is not None:
            measuring.start()


def limit_of(query: Mapping[str, object]) -> int:
    """How many milliseconds such a page may take."""
    return LARGEST_LIMIT_MS if query.get("limit") == 100 else LIMIT_MS


def best_ms(browser: Client, address: str, limit: int, *, cold: bool) -> float:
    """The quickest of a few answers; cold ones have to figure first."""
    times = []
    for _ in range(TRIES):
        if cold:
            cache.clear()
        with uncovered():
            start = time.perf_counter()
            response = browser.get(address)
            times.append((time.perf_counter() - start) * 1000)
        assert response.status_code == 200
        if times[-1] <= limit:
            break
    return min(times)


def test_the_board_is_quick_and_sends_little(browser: Client, htmx: Client) -> None:
    """Whatever is asked for: the page in time, a refresh small, none if all is same."""
    store_sagas()
    wrong: dict[str, str] = {}
    with clock.clock_set_to(lambda: LATEST):
        for query in QUERIES:
            address = f"/?{urlencode(query, doseq=True)}"
            for cold, more in (True, COLD_MS), (False, 0):
                limit = limit_of(query) + more
                taken = best_ms(browser, address, limit, cold=cold)
                if taken > limit:
                    wrong[address] = f"{taken:.0f} ms, {cold=}"
            part = htmx.get(address, headers={"Accept-Encoding": "gzip"})
            if len(part.content) > LIMIT_BYTES:
                wrong[f"refresh of {address}"] = f"{len(part.content)} bytes"
            again = htmx.get(address, headers={"If-None-Match": part["ETag"]})
            assert (again.status_code, again.content) == (304, b"")
    assert wrong == {}
