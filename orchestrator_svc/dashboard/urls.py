"""The paths of the dashboard, one line a part."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("orchestrator_svc.dashboard.board.urls")),
    # Before the stories: /sagas/retry is no saga.
    path("", include("orchestrator_svc.dashboard.acts.urls")),
    path("", include("orchestrator_svc.dashboard.story.urls")),
    path("", include("orchestrator_svc.dashboard.audit.urls")),
    path("", include("common.log_pages.urls")),
]
