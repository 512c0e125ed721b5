"""The Django app that every service installs for its mailbox tables."""

from __future__ import annotations

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Outbox, inbox and dead letters of one service, in its own database."""

    name = "common.messaging"
    label = "messaging"
    verbose_name = "Messages"
