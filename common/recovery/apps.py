"""The Django app of the services that hear of payments."""

from __future__ import annotations

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    """Payments to be ensured, in the database of the service that heard of them."""

    name = "common.recovery"
    label = "recovery"
    verbose_name = "Recoveries"

    def ready(self) -> None:
        """Have `/metrics` tell of the payments that are not ensured yet."""
        from common.recovery.metrics import recovery_gauges
        from common.web.metrics import register_gauges

        register_gauges(recovery_gauges)
