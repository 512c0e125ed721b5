"""The Django app of the log pages."""

from __future__ import annotations

from django.apps import AppConfig


class LogPagesConfig(AppConfig):
    """Static files of the pages; a service that includes the urls installs it."""

    name = "common.log_pages"
    label = "log_pages"
    verbose_name = "Log pages"
