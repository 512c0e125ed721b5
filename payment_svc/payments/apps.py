"""The Django app of the payment service."""

from __future__ import annotations

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments and the provider they are made through."""

    name = "payment_svc.payments"
    label = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        """Refuse to start with a provider that is not served."""
        from payment_svc.payments import gateway

        gateway.provider()
