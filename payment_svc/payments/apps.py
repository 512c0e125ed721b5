"""The Django app of the payment service."""

from __future__ import annotations

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments and the provider they are made through."""

    name = "payment_svc.payments"
    label = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        """Refuse to start with providers that cannot be had as they are set."""
        from payment_svc.payments import gateway

        gateway.provider()
        gateway.remote()
