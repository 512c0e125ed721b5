"""The Django app of the sandbox."""

from __future__ import annotations

from django.apps import AppConfig


class TossSandboxConfig(AppConfig):
    """Toss's books, as the sandbox keeps them."""

    name = "compose.toss_sandbox"
    label = "toss_sandbox"
    default_auto_field = "django.db.models.BigAutoField"
