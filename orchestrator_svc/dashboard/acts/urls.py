"""The paths of what an operator does."""

from __future__ import annotations

from django.urls import path

from orchestrator_svc.dashboard.acts import single

urlpatterns = [
    path("sagas/<id:saga_id>/retry", single.retry, name="act-retry"),
    path("sagas/<id:saga_id>/cancel", single.cancel, name="act-cancel"),
    path("sagas/<id:saga_id>/settle", single.settle, name="act-settle"),
]
