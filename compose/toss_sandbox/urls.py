"""The paths of the sandbox."""

from django.contrib.staticfiles.views import serve
from django.urls import path

from compose.toss_sandbox import api, controls, pages, window

urlpatterns = [
    path("", pages.overview),
    path("health", controls.health),
    path("readyz", controls.health),
    path("window", window.window),
    path("receipts/<str:payment_key>", pages.receipt),
    path("sandbox/payments", controls.payments),
    path("sandbox/requests", controls.requests),
    path("sandbox/behaviour", controls.behaviours),
    path("v1/payments/confirm", api.confirm),
    path("v1/payments/orders/<str:order_id>", api.by_order),
    path("v1/payments/<str:payment_key>/cancel", api.cancel),
    path("v1/payments/<str:payment_key>", api.by_key),
    path("v1/billing/<str:billing_key>", api.billing),
    path("v1/<path:rest>", api.nothing),
    path("static/<path:path>", serve, {"insecure": True}),
]
handler404 = pages.not_found
handler500 = pages.server_error
