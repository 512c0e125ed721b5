"""The orchestrator's Django app."""

from __future__ import annotations

from django.apps import AppConfig


class EngineConfig(AppConfig):
    """Saga instances and the jobs that retry many of them."""

    name = "orchestrator_svc.engine"
    label = "engine"
    verbose_name = "Sagas"

    def ready(self) -> None:
        """Have `/metrics` tell of the sagas under way."""
        from common.web.metrics import register_gauges
        from orchestrator_svc.engine.metrics import saga_gauges

        register_gauges(saga_gauges)
