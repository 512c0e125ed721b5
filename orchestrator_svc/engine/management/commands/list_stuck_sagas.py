"""Show sagas that need a person, or that take too long."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from common.messaging.envelope import iso
from orchestrator_svc.engine import selectors
from orchestrator_svc.engine.book import state_of
from orchestrator_svc.engine.models import SagaInstance

UNITS = {"": "seconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_duration = re.compile(r"(\d{1,6})([smhd]?)").fullmatch


def duration(text: str) -> timedelta:
    """`90`, `90s`, `5m`, `2h` or `1d`."""
    match = _duration(text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is not a duration such as 90s, 5m, 2h or 1d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


class Command(BaseCommand):
    """Lists stuck sagas; exit code 1 if there are any."""

    help = (
        "List sagas that need a person (what may not be refused was, or has been "
        "unanswered for long), then those whose present try has not ended for a while, "
        "each oldest first. Exit code 1 if there are any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--older-than",
            type=duration,
            default=timedelta(minutes=15),
            metavar="DURATION",
            help="tried for at least this long: 90s, 5m, 2h, 1d (default 15m, for a "
            "customer has ten minutes to pay)",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        found = selectors.stuck(now, options["older_than"])
        if options["json"]:
            self.stdout.write(json.dumps([_shown(row, now) for row in found]))
        else:
            self.stdout.write("\n".join(_line(row, now) for row in found) or "None.")
        if found:
            raise CommandError(f"{len(found)} sagas are stuck.")


def _line(row: SagaInstance, now: datetime) -> str:
    shown = _shown(row, now)
    why = shown["attention"] or "takes long"
    columns = (row.saga_id, row.order_id, row.status, f"{shown['ageSeconds']} s", why)
    return "  ".join(columns)


def _shown(row: SagaInstance, now: datetime) -> dict[str, Any]:
    since = selectors.tried_since(row)
    return {
        "sagaId": row.saga_id,
        "orderId": row.order_id,
        "status": row.status,
        "currentStep": row.current_step,
        "since": iso(since),
        "ageSeconds": int((now - since).total_seconds()),
        "attention": state_of(row).attention,
    }
