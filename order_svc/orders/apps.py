"""The Django app of the order service."""

from __future__ import annotations

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders of both patterns."""

    name = "order_svc.orders"
    label = "orders"
    verbose_name = "Orders"
