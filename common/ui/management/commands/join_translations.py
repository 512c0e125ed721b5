"""Make the catalogs of translations from their parts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.ui.translations import joined
from common.ui.translations.catalog import BadEntry


class Command(BaseCommand):
    """Joins the parts; exit code 1 where a message is not translated."""

    help = (
        "Join locale/<language>/LC_MESSAGES/parts/*.po to the django.mo that Django "
        "reads, and list what is said in the sources but not translated."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lacking = joined.main()
        except BadEntry as wrong:
            raise CommandError(str(wrong)) from None
        for sentence in lacking:
            self.stdout.write(sentence)
        if lacking:
            raise CommandError(f"{len(lacking)} translations are missing.")
