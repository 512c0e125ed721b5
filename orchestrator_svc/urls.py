"""The paths of the orchestrator service."""

from django.urls import include, path

from common.web.error_views import bad_request, forbidden, not_found, server_error

urlpatterns = [
    path("", include("orchestrator_svc.dashboard.urls")),
    path("", include("orchestrator_svc.engine.api.urls")),
    path("", include("orchestrator_svc.playground.urls")),
    path("", include("common.web.urls")),
]

handler400 = bad_request
handler403 = forbidden
handler404 = not_found
handler500 = server_error
