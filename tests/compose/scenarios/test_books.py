"""The books of a scenario run."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from compose.scenarios.api import Record
from compose.scenarios.books import net_charge, records_since


def payment(status: str, amount: str, refunded: str = "0") -> Record:
    """A payment as the service shows it."""
    return Record(
        status=status, amount=Decimal(amount), refundedAmount=Decimal(refunded)
    )


def test_only_what_was_charged_counts_less_what_came_back() -> None:
    """A declined and a cancelled payment never took money."""
    assert net_charge(
        [
            payment("SUCCESS", "10.00"),
            payment("SUCCESS", "5.00", "1.00"),
            payment("REFUNDED", "7.00", "7.00"),
            payment("REFUNDED", "3.00", "2.99"),
            payment("FAILED", "100.00"),
            payment("CANCELLED", "100.00"),
        ]
    ) == Decimal("14.01")


def test_a_newest_first_list_is_read_until_it_gets_older_than_the_run() -> None:
    """Nothing behind the first older record is read; a minute is left for clocks."""
    times = ["2026-01-01T10:01:00.000Z", "2026-01-01T09:59:30Z", "2026-01-01T09:58:00Z"]
    records = iter(Record(createdAt=time) for time in [*times, "not read"])
    found = records_since(records, datetime(2026, 1, 1, 10, 0, tzinfo=UTC))
    assert [record["createdAt"] for record in found] == times[:2]
