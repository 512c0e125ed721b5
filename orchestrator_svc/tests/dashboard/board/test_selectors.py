"""The board's numbers are those of the sagas, of one kind or of all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common import clock
from orchestrator_svc.dashboard.board import selectors
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.tests.factories import NO, NOW, WAYS, saga

pytestmark = pytest.mark.django_db


def ended(number: int, status: str, ago: timedelta, took: float) -> SagaInstance:
    """A saga that ended so long ago, after so many seconds."""
    row = saga(status, number)
    at = NOW - ago
    SagaInstance.objects.filter(saga_id=row.saga_id).update(
        created_at=at - timedelta(seconds=took), updated_at=at
    )
    return row


def test_every_status_is_counted() -> None:
    """Those that no saga has are not named."""
    for number, status in enumerate(["STARTED", "FAILED", "FAILED", "COMPLETED"]):
        saga(status, number)
    figures = selectors.read_figures("order", NOW)
    assert figures.counts == {"STARTED": 1, "FAILED": 2, "COMPLETED": 1}


def test_what_ended_within_the_hour_is_in_the_span_in_which_it_ended() -> None:
    """What ended before is in none, and what runs has not ended."""
    ended(1, "COMPLETED", timedelta(0), 1)
    ended(2, "COMPLETED", timedelta(seconds=30), 1)
    ended(3, "COMPENSATED", timedelta(minutes=30), 1)
    ended(4, "FAILED", timedelta(minutes=61), 1)
    saga("PAYMENT_PROCESSING", 5)
    spans = selectors.read_figures("order", NOW).spans
    found = [(n, span.ended) for n, span in enumerate(spans) if span.ended]
    assert found == [
        (14, {"COMPENSATED": 1}),
        (28, {"COMPLETED": 1}),
        (29, {"COMPLETED": 1}),
    ]


def test_times_are_of_those_that_ended_within_the_hour_at_the_first_try() -> None:
    """A retried one waited for a person in between; nobody wants to know that here."""
    ended(1, "COMPLETED", timedelta(minutes=5), 3)
    ended(2, "COMPENSATED", timedelta(minutes=1), 0.5)
    ended(3, "COMPLETED", timedelta(minutes=70), 99)
    retried = ended(5, "COMPLETED", timedelta(minutes=2), 500)
    SagaInstance.objects.filter(saga_id=retried.saga_id).update(attempt=2)
    assert selectors.read_figures("order", NOW).seconds == [0.5, 3.0]


def test_figures_are_of_the_kind_asked_for() -> None:
    """An empty one means every kind."""
    saga("COMPLETED", 1)
    assert selectors.read_figures("cancel-order", NOW).counts == {}
    assert selectors.read_figures("", NOW).counts == {"COMPLETED": 1}


def test_many_who_look_at_once_count_once(
    django_assert_num_queries: Any,
) -> None:
    """For a few seconds everybody sees the same figures."""
    with django_assert_num_queries(3):
        first = selectors.figures("order")
    saga("COMPLETED", 1)
    with django_assert_num_queries(0):
        assert selectors.figures("order") == first
    with django_assert_num_queries(3):
        selectors.figures("")


def test_those_that_need_a_person_come_with_the_reason() -> None:
    """The longest waiting first, a page at a time."""
    stuck = (*WAYS["COMPENSATING"], NO)
    saga(number=1, way=stuck, now=NOW - timedelta(hours=1))
    saga(number=2, way=stuck, now=NOW - timedelta(hours=5))
    saga("COMPENSATING", 3)
    found = selectors.attention(0, 10)
    assert [one.row.order_id[-1] for one in found] == ["2", "1"]
    assert found[0].why == "REFUND_PAYMENT was refused: DECLINED: no money"
    assert selectors.count_attention() == 2
    assert [one.row.order_id[-1] for one in selectors.attention(1, 2)] == ["1"]


def test_the_clock_decides_which_hour_is_the_last() -> None:
    """What ended is out of sight an hour later."""
    ended(1, "COMPLETED", timedelta(minutes=1), 1)
    later = NOW + timedelta(hours=1)
    assert selectors.figures("order").ended == 1
    with clock.clock_set_to(lambda: later):
        assert selectors.read_figures("order", later).ended == 0
