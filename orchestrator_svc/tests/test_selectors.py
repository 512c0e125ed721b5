"""Lists of sagas: which, in which order, and which page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orchestrator_svc.engine import selectors, services
from orchestrator_svc.engine.selectors import SagaList, SagaQuery
from orchestrator_svc.tests.factories import (
    NO,
    NOW,
    WAYS,
    saga,
)

pytestmark = pytest.mark.django_db

STATUSES = ("COMPLETED", "FAILED", "PAYMENT_PROCESSING", "COMPENSATED", "FAILED")


def fill() -> None:
    """Five sagas, a minute apart, each with its own customer and amount."""
    for number, status in enumerate(STATUSES, start=1):
        saga(
            status,
            number,
            now=NOW + timedelta(minutes=number),
            customer_id=f"CUST{number}",
            total_amount=Decimal(100 - number),
        )


def numbers(query: SagaQuery, start: int = 0, stop: int = 100) -> list[int]:
    """The sagas of a page, by their number."""
    return [int(row.saga_id[-12:]) for row in SagaList(query)[start:stop]]


class TestOrder:
    """sort_by and descending."""

    @pytest.mark.parametrize(
        ("sort_by", "ascending"),
        [
            ("createdAt", [1, 2, 3, 4, 5]),
            ("updatedAt", [1, 2, 3, 4, 5]),
            ("orderId", [1, 2, 3, 4, 5]),
            ("totalAmount", [5, 4, 3, 2, 1]),
            ("status", [4, 1, 2, 5, 3]),
        ],
    )
    def test_is_kept_both_ways(self, sort_by: str, ascending: list[int]) -> None:
        """Descending is ascending turned round."""
        fill()
        up = SagaQuery(sort_by=sort_by, descending=False)
        assert numbers(up) == ascending
        assert numbers(SagaQuery(sort_by=sort_by)) == ascending[::-1]

    def test_equal_values_are_ordered_by_id(self) -> None:
        """So that no saga is on two pages."""
        for number in (3, 1, 2):
            saga("STARTED", number)
        assert numbers(SagaQuery(descending=False)) == [1, 2, 3]

    @pytest.mark.parametrize("descending", [True, False])
    def test_pages_put_together_are_the_whole(self, descending: bool) -> None:
        """Whichever end a page is walked to from."""
        fill()
        query = SagaQuery(descending=descending)
        pages = [numbers(query, start, start + 2) for start in (0, 2, 4, 6)]
        assert [len(page) for page in pages] == [2, 2, 1, 0]
        assert [one for page in pages for one in page] == numbers(query)


class TestFilter:
    """statuses, definition and search."""

    def test_several_statuses_are_combined(self) -> None:
        """And counted."""
        fill()
        query = SagaQuery(statuses=("FAILED", "COMPLETED"), descending=False)
        assert numbers(query) == [1, 2, 5]
        assert SagaList(query).count() == 3

    def test_only_orders_unless_said_otherwise(self) -> None:
        """Sagas that undo have a definition of their own."""
        row = saga("COMPLETED")
        services.cancel(saga_id=row.saga_id, by="lee")
        counts = {
            name: SagaList(SagaQuery(definition=name)).count()
            for name in ("order", "cancel-order", "")
        }
        assert counts == {"order": 1, "cancel-order": 1, "": 2}

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("ORD-00000000000000000000000000000002", [2]),
            ("ORD-0000", [1, 2, 3, 4, 5]),
            ("SAGA-00000000-0000-4000-8000-000000000003", [3]),
            ("CUST4", [4]),
            ("CUST", [1, 2, 3, 4, 5]),
            ("cust4", []),
            ("UST4", []),
            ("ORD-1", []),
        ],
    )
    def test_search_takes_ids_and_how_they_begin(
        self, text: str, found: list[int]
    ) -> None:
        """Of order, saga or customer."""
        fill()
        assert numbers(SagaQuery(search=text, descending=False)) == found

    def test_search_and_statuses_are_combined(self) -> None:
        """Both must hold."""
        fill()
        query = SagaQuery(search="CUST", statuses=("FAILED",), descending=False)
        assert numbers(query) == [2, 5]

    def test_a_page_costs_three_statements(self) -> None:
        """The count, the ids, the rows."""
        fill()
        sagas = SagaList(SagaQuery(statuses=("FAILED",)))
        with CaptureQueriesContext(connection) as queries:
            sagas.count()
            sagas[0:10]
        assert len(queries) == 3

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
    @pytest.mark.parametrize("sort_by", selectors.ORDERS)
    def test_the_ids_of_a_page_come_from_an_index_alone(self, sort_by: str) -> None:
        """Rows are not read, and nothing is sorted, however rare the status."""
        query = SagaQuery(sort_by=sort_by, statuses=("FAILED", "COMPENSATING"))
        plan = SagaList(query)._walked(descending=True).explain()
        assert "COVERING INDEX" in plan
        assert "TEMP B-TREE" not in plan


class TestOne:
    """find and find_by_order."""

    def test_by_order_is_the_orders_own_saga(self) -> None:
        """Not the one that undoes it."""
        row = saga("COMPLETED")
        services.cancel(saga_id=row.saga_id, by="lee")
        found = selectors.find_by_order(row.order_id)
        assert found is not None
        assert found.saga_id == row.saga_id

    def test_what_is_not_there_is_none(self) -> None:
        """Neither by saga nor by order."""
        assert selectors.find("SAGA-x") is None
        assert selectors.find_by_order("ORD-x") is None


class TestStuck:
    """stuck(): what an operator should look at."""

    def test_attention_comes_first(self) -> None:
        """Then what is slow, oldest first."""
        hour_ago = NOW - timedelta(hours=1)
        saga("PAYMENT_PROCESSING", 1, now=hour_ago)
        saga(number=2, way=(*WAYS["COMPENSATING"], NO))
        saga("INVENTORY_RESERVED", 3, now=hour_ago - timedelta(minutes=1))
        found = selectors.stuck(NOW, timedelta(minutes=15))
        assert [int(row.saga_id[-12:]) for row in found] == [2, 3, 1]

    def test_ended_and_young_sagas_are_not_stuck(self) -> None:
        """However old the ended ones are."""
        saga("FAILED", 1, now=NOW - timedelta(days=1))
        saga("PAYMENT_PROCESSING", 2, now=NOW - timedelta(minutes=14))
        assert selectors.stuck(NOW, timedelta(minutes=15)) == []

    def test_a_saga_is_as_old_as_its_present_try(self) -> None:
        """A retry starts anew."""
        row = saga("FAILED", now=NOW - timedelta(hours=1))
        services.retry(saga_id=row.saga_id, by="lee")
        assert selectors.stuck(NOW, timedelta(minutes=15)) == []


def test_statuses_are_those_of_the_contract() -> None:
    """All of them, and in their order."""
    assert selectors.statuses() == (
        "STARTED",
        "ORDER_CREATED",
        "PAYMENT_PROCESSING",
        "PAYMENT_COMPLETED",
        "INVENTORY_RESERVING",
        "INVENTORY_RESERVED",
        "COMPLETED",
        "COMPENSATING",
        "COMPENSATED",
        "FAILED",
    )
    ended = set(selectors.statuses()) - set(selectors.unended_statuses())
    assert ended == {"COMPLETED", "COMPENSATED", "FAILED"}
