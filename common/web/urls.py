"""The paths that every service has beside its own."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from common.web.audit_api import AuditList
from common.web.health import health, livez, readyz
from common.web.index import Index
from common.web.metrics import metrics
from common.web.static import no_icon, static_file

urlpatterns = [
    path("", Index.as_view(), name="index"),
    path("health", health, name="health"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("", include("common.ui.urls")),
    path("", include("common.faults.api.urls")),
    path("", include("common.messaging.api.urls")),
    path("api/audit", AuditList.as_view(), name="audit"),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(), name="docs"),
    path("favicon.ico", no_icon, name="icon"),
    path("static/<path:path>", static_file, name="static"),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
]
