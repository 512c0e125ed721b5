"""The orchestrator's Django app."""

from __future__ import annotations

from django.apps import AppConfig


class EngineConfig(AppConfig):
    """Saga instances and the jobs that retry many of them."""

    name = "orchestrator_svc.engine"
    label = "engine"
    verbose_name = "Sagas"
