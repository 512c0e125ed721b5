"""The Django app of the shell; it brings static files, tags and translations."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Nothing is stored here."""

    name = "common.ui"
    label = "ui"
    verbose_name = "Screens"
