"""Send messages of the past once more from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from common.messaging import repairs, selectors
from common.messaging.management.choices import moment
from common.messaging.models import OutboxMessage
from common.messaging.publishing import publishing_at_once
from common.web.audit import command_actor

CHUNK = 500
FILTERS = ("key", "since", "topic", "message_id")


class Command(BaseCommand):
    """Replays what the outbox still holds."""

    help = (
        "Send messages once more that this service has sent before. Whoever had one "
        "knows it by its id and only gives its answer again. At least one filter is "
        "needed; several are combined."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--key", default="", help="an order's id")
        parser.add_argument(
            "--since",
            type=moment,
            metavar="TIME",
            help="sent since then: 2026-01-31T09:00 (UTC), or an age such as 2h",
        )
        parser.add_argument("--topic", default="", help="a topic's name")
        parser.add_argument("--message-id", default="", help="one message's id")
        parser.add_argument("--reason", default="", help="why, for the audit trail")
        parser.add_argument(
            "--dry-run", action="store_true", help="only count what would be sent"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        filters = {name: options[name] for name in FILTERS if options[name]}
        if not filters:
            raise CommandError("Give --key, --since, --topic or --message-id.")
        rows = selectors.sent(**filters)
        if options["dry_run"]:
            count = rows.count()
        else:
            target = ", ".join(f"{name} {value}" for name, value in filters.items())
            count = _replay(rows, target=target, reason=options["reason"])
        self._print(count, as_json=options["json"], dry_run=options["dry_run"])

    def _print(self, count: int, *, as_json: bool, dry_run: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"messages": count, "dryRun": dry_run}))
            return
        done = "would be sent again" if dry_run else "sent again"
        self.stdout.write(f"{count} messages {done}.")


def _replay(rows: QuerySet[OutboxMessage], *, target: str, reason: str) -> int:
    """All that is there now, oldest first, a chunk at a time."""
    positions = list(rows.order_by("position").values_list("position", flat=True))
    with publishing_at_once():
        for start in range(0, len(positions), CHUNK):
            chunk = positions[start : start + CHUNK]
            found = OutboxMessage.objects.filter(position__in=chunk)
            messages = list(found.order_by("position"))
            repairs.replay(messages, by=command_actor(), target=target, reason=reason)
    return len(positions)
