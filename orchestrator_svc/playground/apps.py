"""The playground's Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PlaygroundConfig(AppConfig):
    """Runs of orders that somebody sends to see what becomes of them."""

    name = "orchestrator_svc.playground"
    label = "playground"
    verbose_name = "Playground"
