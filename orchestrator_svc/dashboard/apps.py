"""The Django app of the dashboard."""

from __future__ import annotations

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Templates, static files and saved filters of the operator's pages."""

    name = "orchestrator_svc.dashboard"
    label = "dashboard"
    verbose_name = "Dashboard"
