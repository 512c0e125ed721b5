"""The Django app that lets every service have faults turned on, in demo and test."""

from __future__ import annotations

from django.apps import AppConfig


class FaultsConfig(AppConfig):
    """Faults of one service, in a file that its processes share; no tables."""

    name = "common.faults"
    label = "faults"
    verbose_name = "Faults"

    def ready(self) -> None:
        """Watch for faults where they are allowed; elsewhere no point does anything."""
        from common.faults import services

        services.watch()
