"""Turn faults off from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.faults import services
from common.web.audit import command_actor
from common.web.errors import ApplicationError


class Command(BaseCommand):
    """Turns off one fault or all; exit code 1 where the one is not on."""

    help = (
        "Turn off the fault of this id, or all faults of this service. Exit code 1 if "
        "there is none of this id, or in production."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fault_id", nargs="?", metavar="FAULT_ID")
        parser.add_argument("--reason", default="", help="why, for the audit trail")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            gone = services.turn_off(
                by=command_actor(),
                fault_id=options["fault_id"],
                reason=options["reason"],
            )
        except ApplicationError as error:
            raise CommandError(error.detail) from None
        if options["json"]:
            ids = [fault.fault_id for fault in gone]
            self.stdout.write(json.dumps({"turnedOff": ids}))
            return
        for fault in gone:
            self.stdout.write(f"{fault.fault_id}: off  {fault.point}")
        self.stdout.write(f"{len(gone)} faults turned off.")
