"""Cancel orders from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.web.audit import command_actor
from order_svc.orders import services


class Command(BaseCommand):
    """Asks to cancel orders; exit code 1 where one cannot be."""

    help = (
        "Cancel orders: stock is released and money given back, in either pattern. "
        "Exit code 1 if an order does not exist or cannot be cancelled."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The command line."""
        parser.add_argument("order_ids", nargs="+", metavar="ORDER_ID")
        parser.add_argument("--reason", default="", help="why, for the audit trail")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be done"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Cancel, print one line an order, complain at the end."""
        order_ids = list(dict.fromkeys(options["order_ids"]))
        if options["dry_run"]:
            outcomes = services.preview_cancel(order_ids=order_ids)
        else:
            outcomes = services.cancel_many(
                order_ids=order_ids, reason=options["reason"], by=command_actor()
            )
        self._print(outcomes, as_json=options["json"], dry_run=options["dry_run"])
        refused = sum(not outcome.done for outcome in outcomes)
        if refused:
            raise CommandError(f"{refused} of {len(outcomes)} cannot be cancelled.")

    def _print(
        self, outcomes: list[services.Cancelled], *, as_json: bool, dry_run: bool
    ) -> None:
        if as_json:
            self.stdout.write(json.dumps([_shown(one, dry_run) for one in outcomes]))
            return
        done = "would be cancelled" if dry_run else "is being cancelled"
        for one in outcomes:
            self.stdout.write(f"{one.order_id}: {done if one.done else one.detail}")


def _shown(outcome: services.Cancelled, dry_run: bool) -> dict[str, Any]:
    return {
        "orderId": outcome.order_id,
        "cancelled": outcome.done and not dry_run,
        "possible": outcome.done,
        "detail": outcome.detail,
    }
