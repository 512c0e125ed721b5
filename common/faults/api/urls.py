"""The paths of the faults, to be included by every service."""

from __future__ import annotations

from django.urls import path

from common.faults.api import views

BASE = "api/faults"

urlpatterns = [
    path(BASE, views.Faults.as_view(), name="faults"),
    path(f"{BASE}/<id:fault_id>", views.OneFault.as_view(), name="fault"),
]
