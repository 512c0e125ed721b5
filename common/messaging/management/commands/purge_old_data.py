"""Delete what is done with from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from common import clock
from common.messaging import repairs, retention
from common.messaging.management.choices import days
from common.web.audit import command_actor


class Command(BaseCommand):
    """Purges the mailbox and the log."""

    help = (
        "Delete messages that are published, handled or closed and older than some "
        "days, and what is past its topic's age in the log. Nothing unpublished or "
        "open is ever deleted. Workers do so every hour by themselves."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--older-than-days",
            type=days,
            metavar="DAYS",
            help="default: MESSAGE_RETENTION_DAYS. An answer that is deleted can't be "
            "given again, so stay far above every deadline.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only count, in the mailbox"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        default = timedelta(days=settings.MESSAGE_RETENTION_DAYS)
        age = options["older_than_days"] or default
        if options["dry_run"]:
            counts = retention.purge_mailbox(clock.now() - age, dry_run=True)
        else:
            counts = repairs.purge(older_than=age, by=command_actor())
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        done = "would be deleted" if options["dry_run"] else "deleted"
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count} {done}")
