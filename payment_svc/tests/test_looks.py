"""When settlement turns to a payment next, by table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payment_svc.payments import looks
from payment_svc.payments.models import Payment
from payment_svc.tests.conftest import NOW


@pytest.mark.parametrize(
    ("done", "seconds"),
    [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (500, 30)],
)
def test_each_wait_is_twice_the_last_up_to_half_a_minute(
    done: int, seconds: int
) -> None:
    """However long Toss is away, the calls for a payment are bounded."""
    assert looks.wait_after(done) == timedelta(seconds=seconds)


def test_looks_in_vain_are_counted() -> None:
    """The first comes a second later, the next two."""
    payment = Payment()
    waits = []
    for _ in range(3):
        looks.later(payment, NOW)
        assert payment.next_look_at is not None
        waits.append((payment.next_look_at - NOW).total_seconds())
    assert (waits, payment.looks) == ([1, 2, 4], 3)


def test_what_ended_unpaid_is_watched_three_times() -> None:
    """After a minute, after ten, after an hour; then it is left alone."""
    payment = Payment()
    waits = []
    for _ in range(3):
        looks.watch(payment, NOW)
        assert payment.next_look_at is not None
        waits.append((payment.next_look_at - NOW) / timedelta(minutes=1))
    looks.watch(payment, NOW)
    assert (waits, payment.next_look_at) == ([1, 10, 60], None)
