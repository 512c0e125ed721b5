"""Settle a stuck step of a saga from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.messaging.publishing import publishing_at_once
from common.saga import RequestBlocked
from common.web.audit import command_actor
from orchestrator_svc.engine import services


class Command(BaseCommand):
    """Counts a stuck step as done; exit code 1 where that can't be."""

    help = (
        "Note that a person did by hand what a stuck step of a saga could not: the "
        "step (or its undo) counts as done, and the saga goes on. See "
        "list_stuck_sagas for what is stuck. Exit code 1 if that can't be."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("saga_id", metavar="SAGA_ID")
        parser.add_argument(
            "step",
            metavar="STEP",
            help="the command that is stuck, such as REFUND_PAYMENT",
        )
        parser.add_argument(
            "--reference",
            required=True,
            help="what proves that it was done: a ticket, a transfer's number",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with publishing_at_once():
                row = services.settle(
                    saga_id=options["saga_id"],
                    step=options["step"],
                    by=command_actor(),
                    reference=options["reference"],
                )
        except (services.SagaUnknown, RequestBlocked) as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            shown = {"sagaId": row.saga_id, "status": row.status}
            self.stdout.write(json.dumps(shown))
            return
        self.stdout.write(f"{row.saga_id}: {options['step']} is settled ({row.status})")
