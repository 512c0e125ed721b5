"""Cancel a saga from the command line."""

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
    """Cancels one saga; exit code 1 where that can't be."""

    help = (
        "Cancel a saga: a running one turns round and undoes what it has done, a "
        "completed one is undone by another saga. Exit code 1 if it does not exist "
        "or can't be cancelled."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("saga_id", metavar="SAGA_ID")
        parser.add_argument("--reason", default="", help="why, for the audit trail")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with publishing_at_once():
                row = services.cancel(
                    saga_id=options["saga_id"],
                    by=command_actor(),
                    reason=options["reason"],
                )
        except (services.SagaUnknown, RequestBlocked) as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            shown = {"sagaId": row.saga_id, "status": row.status}
            self.stdout.write(json.dumps(shown))
            return
        self.stdout.write(f"{row.saga_id}: is being cancelled ({row.status})")
