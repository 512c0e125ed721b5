"""Settlement is rung for what was left to do at once, after the commit."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from kombu.exceptions import OperationalError as BrokerError

from common.storage.transactions import atomic, run_atomically
from payment_svc.payments import doorbell, tasks
from payment_svc.payments.books import Books
from payment_svc.payments.models import Payment
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import PaymentFactory

pytestmark = pytest.mark.django_db(transaction=True)


def books_with(next_look_at: datetime | None) -> Books:
    """Books with one payment written to."""
    row: Payment = PaymentFactory.create(next_look_at=next_look_at)
    books = Books([row], NOW)
    books.touch(row)
    return books


def test_it_rings_once_the_transaction_is_kept(rung: list[datetime]) -> None:
    """Before that the worker would find nothing to do."""
    with atomic():
        doorbell.ring_if_due(books_with(NOW))
        assert rung == []
    assert len(rung) == 1


def test_it_does_not_ring_for_what_is_rolled_back(rung: list[datetime]) -> None:
    """Nothing was left to do."""

    def unit() -> None:
        doorbell.ring_if_due(books_with(NOW))
        raise KeyError

    with pytest.raises(KeyError):
        run_atomically(unit)
    assert rung == []


@pytest.mark.parametrize("later", [None, NOW + timedelta(seconds=1)])
def test_it_does_not_ring_for_what_is_not_due(
    rung: list[datetime], later: datetime | None
) -> None:
    """The sweep has time for it."""
    with atomic():
        doorbell.ring_if_due(books_with(later))
    assert rung == []


@pytest.mark.parametrize("error", [BrokerError("away"), ConnectionRefusedError()])
def test_a_broker_that_is_away_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The work stands in the database: the sweep finds it."""
    asked = []

    def delay() -> None:
        asked.append(1)
        raise error

    monkeypatch.setattr(tasks.settle_payments, "delay", delay)
    with doorbell.bell_set_to(doorbell._ring):
        doorbell.ring()
    assert asked == [1]
