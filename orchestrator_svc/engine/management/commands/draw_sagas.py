"""Draw the pages of docs/sagas from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from orchestrator_svc.sagas import docs


class Command(BaseCommand):
    """Writes a page for each saga as its definition stands."""

    help = (
        "Draw docs/sagas anew: the steps, states and walks of each saga, as its "
        "definition stands. Prints which files it wrote."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        docs.main()
