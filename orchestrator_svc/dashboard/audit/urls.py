"""The path of the audit list."""

from __future__ import annotations

from django.urls import path

from orchestrator_svc.dashboard.audit import views

urlpatterns = [path("audit", views.audit, name="audit-list")]
