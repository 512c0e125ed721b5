"""Show from the command line where faults can be turned on, and which are."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.faults import services
from common.faults.api.serializers import FaultSerializer, PointSerializer
from common.faults.points import Point, declared
from common.faults.record import Fault
from common.web.errors import ApplicationError


class Command(BaseCommand):
    """Prints points and faults; exit code 1 in production."""

    help = (
        "List the points of this service, what a fault there shows, and the faults "
        "that are on. Exit code 1 in production, where there are none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            services.refuse_unless_allowed()
        except ApplicationError as error:
            raise CommandError(error.detail) from None
        points, faults = [*declared().values()], services.fault_file().read()
        if options["json"]:
            shown = {
                "points": PointSerializer(points, many=True).data,
                "faults": FaultSerializer(faults, many=True).data,
            }
            self.stdout.write(json.dumps(shown))
            return
        self._print(points, faults)

    def _print(self, points: Sequence[Point], faults: Sequence[Fault]) -> None:
        for point in points:
            self.stdout.write(f"{point.name} ({', '.join(point.actions)})")
            self.stdout.write(f"    {point.meaning}")
        self.stdout.write(f"{len(faults)} faults are on.")
        for fault in faults:
            left = "any number of" if fault.times is None else fault.times
            self.stdout.write(
                f"{fault.fault_id}: {fault.action} at {fault.point}, {left} times "
                f"until {fault.until:%H:%M:%S} UTC"
            )
