"""Put dead letters aside from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.messaging import repairs
from common.messaging.management.commands.redrive_dead_letters import named_letters
from common.messaging.models import DeadLetter
from common.web.audit import command_actor


class Command(BaseCommand):
    """Discards letters; exit code 1 where one is closed already."""

    help = (
        "Put messages aside for good that shall not be handled. What waited behind "
        "them goes on by itself. Exit code 1 if a letter does not exist or is closed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("letter_ids", nargs="+", metavar="LETTER_ID")
        parser.add_argument(
            "--reason", required=True, help="why, for the audit trail and the letter"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be done"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        letters = named_letters(options["letter_ids"])
        refusals = [repairs.discard_refusal(letter) for letter in letters]
        discarded = [
            letter
            for letter, refusal in zip(letters, refusals, strict=True)
            if refusal is None
        ]
        if not options["dry_run"]:
            for letter in discarded:
                reason = options["reason"]
                repairs.discard_letter(letter, by=command_actor(), reason=reason)
        refused = [refusal for refusal in refusals if refusal is not None]
        self._print(discarded, refused, as_json=options["json"])
        if refused:
            raise CommandError(f"{len(refused)} of {len(letters)} can't be discarded.")

    def _print(
        self,
        discarded: list[DeadLetter],
        refused: list[repairs.Refusal],
        *,
        as_json: bool,
    ) -> None:
        if as_json:
            shown = {
                "discarded": [letter.letter_id for letter in discarded],
                "refused": [
                    {"letterId": one.letter_id, "code": one.code} for one in refused
                ],
            }
            self.stdout.write(json.dumps(shown))
            return
        for letter in discarded:
            self.stdout.write(f"{letter.letter_id}: discarded  {letter.message_id}")
        for refusal in refused:
            self.stdout.write(refusal.detail)
