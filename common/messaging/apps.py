"""The Django app that every service installs for its mailbox tables."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings

from common.contracts import money


class MessagingConfig(AppConfig):
    """Outbox, inbox and dead letters of one service, in its own database."""

    name = "common.messaging"
    label = "messaging"
    verbose_name = "Messages"

    def ready(self) -> None:
        """Amounts, in messages first of all, are in the currency of the settings.

        And have `/metrics` tell what waits in the mailbox.
        """
        from common.messaging.metrics import messaging_gauges
        from common.web.metrics import register_gauges

        register_gauges(messaging_gauges)
        money.use(money.CURRENCIES[settings.CURRENCY])
