"""The management commands: what they print, do, and exit with."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from common.web.models import AuditEntry
from order_svc.orders.management.commands.list_stuck_orders import duration
from order_svc.orders.models import Order
from order_svc.tests.factories import NOW, OrderFactory

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, int]:
    """(what was printed, exit code)."""
    out = StringIO()
    try:
        call_command(*arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


class TestCancelOrders:
    """cancel_orders."""

    def test_cancels_and_is_audited(self) -> None:
        """By the user of the operating system, with the reason given."""
        OrderFactory(order_id="ORD-1")
        printed = run("cancel_orders", "ORD-1", "--reason", "recall")
        assert printed == ("ORD-1: is being cancelled\n", 0)
        assert Order.objects.get().cancellation_reason == "recall"
        assert AuditEntry.objects.get().actor.startswith("command:")

    def test_exits_1_where_one_cannot_be(self) -> None:
        """The others are cancelled all the same."""
        OrderFactory(order_id="ORD-1")
        OrderFactory(order_id="ORD-2", status="CANCELLED")
        printed, code = run("cancel_orders", "ORD-2", "ORD-X", "ORD-1")
        assert printed.splitlines() == [
            "ORD-2: The order is cancelled already.",
            "ORD-X: There is no order ORD-X.",
            "ORD-1: is being cancelled",
        ]
        assert code == 1

    def test_a_dry_run_changes_nothing(self) -> None:
        """It says what would be done."""
        OrderFactory(order_id="ORD-1")
        printed, code = run("cancel_orders", "ORD-1", "--dry-run", "--json")
        assert json.loads(printed) == [
            {"orderId": "ORD-1", "cancelled": False, "possible": True, "detail": ""}
        ]
        assert code == 0
        assert Order.objects.get().status == "PENDING"

    def test_an_order_named_twice_is_cancelled_once(self) -> None:
        """And does not complain of itself."""
        OrderFactory(order_id="ORD-1")
        printed, code = run("cancel_orders", "ORD-1", "ORD-1", "--json")
        assert [one["cancelled"] for one in json.loads(printed)] == [True]
        assert code == 0


class TestListStuckOrders:
    """list_stuck_orders."""

    def test_exits_0_where_there_are_none(self) -> None:
        """And says so."""
        OrderFactory()
        assert run("list_stuck_orders") == ("None.\n", 0)

    def test_exits_1_and_lists_them(self) -> None:
        """With age and how often they were asked."""
        OrderFactory(order_id="ORD-1", updated_at=NOW - timedelta(minutes=2), resends=3)
        printed, code = run("list_stuck_orders", "--older-than", "1m")
        assert printed == "ORD-1  CHOREOGRAPHY  PENDING  120 s  asked again 3 times\n"
        assert code == 1

    def test_prints_json(self) -> None:
        """For programs."""
        OrderFactory(order_id="ORD-1", updated_at=NOW - timedelta(hours=1))
        printed, _ = run("list_stuck_orders", "--json")
        assert json.loads(printed) == [
            {
                "orderId": "ORD-1",
                "mode": "CHOREOGRAPHY",
                "status": "PENDING",
                "ageSeconds": 3600,
                "resends": 0,
                "updatedAt": "2026-03-01T11:00:00.123Z",
            }
        ]

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("90", 90), ("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86400)],
    )
    def test_durations(self, text: str, seconds: int) -> None:
        """A number and a unit; seconds if there is none."""
        assert duration(text) == timedelta(seconds=seconds)

    @pytest.mark.parametrize("text", ["", "m", "-5m", "5 m", "1w", "1.5h"])
    def test_what_is_no_duration_is_explained(self, text: str) -> None:
        """With examples of what is."""
        with pytest.raises(ArgumentTypeError, match="such as 90s, 5m, 2h or 1d"):
            duration(text)
