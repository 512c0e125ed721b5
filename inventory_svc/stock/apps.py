"""The Django app of the inventory service."""

from __future__ import annotations

from django.apps import AppConfig


class StockConfig(AppConfig):
    """Products and the reservations of them."""

    name = "inventory_svc.stock"
    label = "stock"
    verbose_name = "Stock"

    def ready(self) -> None:
        """Refuse to start with a SAMPLE_STOCK_SCALE that is no number."""
        from inventory_svc.stock.sample import sample_scale

        sample_scale()
