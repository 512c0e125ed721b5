"""Show orders to which nothing happens any more."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from common.messaging.envelope import iso
from order_svc.orders import selectors
from order_svc.orders.models import Order

UNITS = {"": "seconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_duration = re.compile(r"(\d{1,6})([smhd]?)").fullmatch


def duration(text: str) -> timedelta:
    """`90`, `90s`, `5m`, `2h` or `1d`."""
    match = _duration(text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is not a duration such as 90s, 5m, 2h or 1d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


class Command(BaseCommand):
    """Lists unfinished orders that have not moved; exit code 1 if there are any."""

    help = (
        "List orders that are PENDING, PAYMENT_COMPLETED or CANCELLING and have not "
        "changed for a while, oldest first. Exit code 1 if there are any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The command line."""
        parser.add_argument(
            "--older-than",
            type=duration,
            default=timedelta(minutes=5),
            metavar="DURATION",
            help="unchanged for at least this long: 90s, 5m, 2h, 1d (default 5m)",
        )
        parser.add_argument(
            "--limit", type=int, default=1000, help="show at most so many"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line an order; complain if there are any."""
        now = clock.now()
        stuck = selectors.stuck_orders(now, options["older_than"])
        rows = list(stuck[: max(1, options["limit"])])
        if options["json"]:
            self.stdout.write(json.dumps([_shown(row, now) for row in rows]))
        else:
            self.stdout.write("\n".join(_line(row, now) for row in rows) or "None.")
        if rows:
            raise CommandError(f"{stuck.count()} orders have not moved.")


def _line(row: Order, now: datetime) -> str:
    age = f"{int((now - row.updated_at).total_seconds())} s"
    asked = f"asked again {row.resends} times"
    return f"{row.order_id}  {row.mode}  {row.status}  {age}  {asked}"


def _shown(row: Order, now: datetime) -> dict[str, Any]:
    return {
        "orderId": row.order_id,
        "mode": row.mode,
        "status": row.status,
        "ageSeconds": int((now - row.updated_at).total_seconds()),
        "resends": row.resends,
        "updatedAt": iso(row.updated_at),
    }
