"""Turn a fault on from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rest_framework.exceptions import ValidationError

from common.faults import services
from common.faults.api.serializers import LASTS_S, FaultSerializer, read_fault
from common.faults.record import Action
from common.web.audit import command_actor
from common.web.errors import ApplicationError, flattened

# The member of the API's body that each option stands for.
MEMBERS = {
    "point": "point",
    "action": "action",
    "rate": "rate",
    "times": "times",
    "seconds": "seconds",
    "duration": "durationSeconds",
    "reason": "reason",
}


class Command(BaseCommand):
    """Turns a fault on, in demo and test only; exit code 1 where that can't be."""

    help = (
        "Turn a fault on at a point of this service: it crashes, fails or waits there. "
        "list_faults names the points. Exit code 1 if the point does not offer it, or "
        "in production."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("point", metavar="POINT")
        parser.add_argument("--action", required=True, choices=[*map(str, Action)])
        parser.add_argument(
            "--rate", type=float, help="how likely each time, above 0 up to 1 (1)"
        )
        parser.add_argument("--times", type=int, help="how often; else any number")
        parser.add_argument("--seconds", type=float, help="how long slow waits")
        parser.add_argument(
            "--duration",
            type=int,
            metavar="SECONDS",
            help=f"for how long it is on, an hour at most ({LASTS_S})",
        )
        parser.add_argument("--reason", help="why, for the audit trail")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        said = {
            member: options[option]
            for option, member in MEMBERS.items()
            if options[option] is not None
        }
        try:
            fault = services.turn_on(by=command_actor(), **read_fault(said))
        except ValidationError as error:
            wrong = (f"{field}: {why}" for field, why in flattened(error.detail))
            raise CommandError("; ".join(wrong)) from None
        except ApplicationError as error:
            raise CommandError(error.detail) from None
        if options["json"]:
            self.stdout.write(json.dumps(FaultSerializer(fault).data))
            return
        self.stdout.write(f"{fault.fault_id}: {fault.action} at {fault.point}")
