"""The paths of the dashboard, one line a part."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("orchestrator_svc.dashboard.board.urls")),
    path("", include("orchestrator_svc.dashboard.acts.urls")),
    path("", include("orchestrator_svc.dashboard.audit.urls")),
    path("", include("common.log_pages.urls")),
    # After the acts: "retry" in /sagas/retry could be the id of a saga.
    path("", include("orchestrator_svc.dashboard.story.urls")),
]
