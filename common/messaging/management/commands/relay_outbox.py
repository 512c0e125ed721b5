"""Publish what waits in the outbox, once."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.log.port import LogError
from common.messaging import relay


class Command(BaseCommand):
    """Publishes what is unpublished; exit code 1 where the log is away."""

    help = (
        "Publish the messages that wait in the outbox now. Workers do so every few "
        "seconds by themselves. Exit code 1 if the log can't be reached."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = relay.sweep(relay.process_publisher(), older_than=relay.NOW)
        except LogError as error:
            raise CommandError(f"Nothing more could be published: {error}") from None
        if options["json"]:
            self.stdout.write(json.dumps({"published": count}))
            return
        self.stdout.write(f"{count} messages published.")
