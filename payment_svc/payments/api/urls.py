"""The paths of the payment API."""

from __future__ import annotations

from django.urls import path

from payment_svc.payments.api import toss, views

urlpatterns = [
    path("api/payments", views.PaymentList.as_view(), name="payments"),
    path(
        "api/payments/order/<id:order_id>",
        views.PaymentOfOrder.as_view(),
        name="payment-of-order",
    ),
    path(
        "api/payments/order/<id:order_id>/attempts",
        views.AttemptsAtOrder.as_view(),
        name="payment-attempts",
    ),
    path(
        "api/payments/order/<id:order_id>/refund",
        views.PaymentRefund.as_view(),
        name="payment-refund",
    ),
    path("api/payments/confirm", toss.PaymentConfirm.as_view(), name="confirm"),
    path(
        "api/payments/create-from-toss",
        toss.PaymentFromToss.as_view(),
        name="create-from-toss",
    ),
    path("api/payments/webhook", toss.TossWebhook.as_view(), name="toss-webhook"),
    path("api/payments/<id:payment_id>", views.PaymentDetail.as_view(), name="payment"),
]
