"""The paths of this part of the dashboard."""

from __future__ import annotations

from django.urls import path

from common.web import converters  # noqa: F401 - registers <id:…>
from orchestrator_svc.dashboard.story import views

urlpatterns = [
    path("orders/<id:order_id>", views.order, name="order-story"),
    path("sagas/<id:saga_id>", views.saga, name="story-of-saga"),
]
