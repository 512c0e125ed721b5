"""Try dead letters again from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.messaging import repairs, selectors
from common.messaging.models import DeadLetter, LetterStatus
from common.web.audit import command_actor


class Command(BaseCommand):
    """Redrives letters; exit code 1 where one could not be handled."""

    help = (
        "Try messages again that could not be handled: those named, those of a status, "
        "or all that are open. What they held back is tried after them, in order. "
        "Exit code 1 if a letter does not exist, can't be tried, or fails again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("letter_ids", nargs="*", metavar="LETTER_ID")
        parser.add_argument(
            "--status",
            choices=[status.value for status in repairs.REDRIVABLE],
            help="all letters of this status",
        )
        parser.add_argument(
            "--all", action="store_true", help="all letters that can be tried"
        )
        parser.add_argument("--reason", default="", help="why, for the audit trail")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be tried"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        letters = chosen_letters(options)
        if options["dry_run"]:
            redriven = _preview(letters)
        else:
            redriven = repairs.redrive_letters(
                letters, by=command_actor(), reason=options["reason"]
            )
        self._print(redriven, as_json=options["json"])
        failed = len(redriven.tried) - redriven.resolved
        if redriven.refused or (failed and not options["dry_run"]):
            raise CommandError(f"{failed + len(redriven.refused)} are not handled.")

    def _print(self, redriven: repairs.Redriven, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(_shown(redriven)))
            return
        for letter in redriven.tried:
            text = f"{letter.letter_id}: {letter.status}  {letter.message_id}"
            self.stdout.write(text)
        for refusal in redriven.refused:
            self.stdout.write(refusal.detail)
        if not redriven.tried and not redriven.refused:
            self.stdout.write("None.")


def chosen_letters(options: dict[str, Any]) -> list[DeadLetter]:
    """The letters the arguments mean, oldest first. Raises CommandError."""
    ways = [bool(options[name]) for name in ("letter_ids", "status", "all")]
    if sum(ways) != 1:
        raise CommandError("Name letters, or give --status, or give --all.")
    if options["letter_ids"]:
        return named_letters(options["letter_ids"])
    statuses = [options["status"]] if options["status"] else repairs.REDRIVABLE
    return list(selectors.letters(statuses=statuses).order_by("letter_id"))


def named_letters(letter_ids: list[str]) -> list[DeadLetter]:
    """These letters, oldest first. Raises CommandError where one does not exist."""
    letters = list(selectors.letters(letter_ids=letter_ids).order_by("letter_id"))
    missing = set(letter_ids) - {letter.letter_id for letter in letters}
    if missing:
        raise CommandError(f"There is no dead letter {', '.join(sorted(missing))}.")
    return letters


def _preview(letters: list[DeadLetter]) -> repairs.Redriven:
    refusals = [(letter, repairs.redrive_refusal(letter)) for letter in letters]
    return repairs.Redriven(
        tried=[letter for letter, refusal in refusals if refusal is None],
        refused=[refusal for _, refusal in refusals if refusal is not None],
    )


def _shown(redriven: repairs.Redriven) -> dict[str, Any]:
    return {
        "tried": [
            {
                "letterId": letter.letter_id,
                "messageId": letter.message_id,
                "status": LetterStatus(letter.status).value,
                "error": letter.error,
            }
            for letter in redriven.tried
        ],
        "refused": [
            {"letterId": one.letter_id, "code": one.code} for one in redriven.refused
        ],
    }
