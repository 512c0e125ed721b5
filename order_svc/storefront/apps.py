"""The Django app of the storefront: its pages, pictures and styles."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings

from common.contracts import money


class StorefrontConfig(AppConfig):
    """Nothing is stored here but in the customer's browser."""

    name = "order_svc.storefront"
    label = "storefront"
    verbose_name = "Shop"

    def ready(self) -> None:
        """Amounts are in the currency of the settings, and ids are known in paths."""
        from common.web import converters  # noqa: F401 - registers <id:…>

        money.use(money.CURRENCIES[settings.CURRENCY])
