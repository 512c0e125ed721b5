"""The Django app of what a database says of itself."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class StorageConfig(AppConfig):
    """The setting that a database is kept in, whatever the environment says later."""

    name = "common.storage"
    label = "storage"
    verbose_name = "Storage"

    def ready(self) -> None:
        """Have `migrate` note the currency, and every command look at it."""
        from common.storage import currency

        checks.register(currency.check)
        post_migrate.connect(
            currency.note, sender=self, dispatch_uid="common.storage.currency"
        )
