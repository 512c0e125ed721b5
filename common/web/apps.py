"""The Django app of what all services share on the web side."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WebConfig(AppConfig):
    """Idempotency records, the audit trail and the three groups of users."""

    name = "common.web"
    label = "web"
    verbose_name = "Web"

    def ready(self) -> None:
        """Know ids in addresses; have `migrate` make the groups, after the rights.

        And have `/metrics` tell how far behind the service is.
        """
        from common.web import converters  # noqa: F401 - importing it registers <id:>
        from common.web.groups import grant_rights
        from common.web.lag import log_gauges
        from common.web.metrics import register_gauges

        post_migrate.connect(grant_rights, dispatch_uid="common.web.groups")
        register_gauges(log_gauges)
