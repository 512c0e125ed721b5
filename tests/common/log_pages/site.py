"""A service with the log pages, and the API they ask."""

from __future__ import annotations

from django.urls import include, path

from common.web.error_views import bad_request, forbidden, not_found, server_error

urlpatterns = [
    path("", include("common.log_pages.urls")),
    path("", include("common.ui.urls")),
    path("", include("common.web.urls")),
]

handler400 = bad_request
handler403 = forbidden
handler404 = not_found
handler500 = server_error
