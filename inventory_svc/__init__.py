"""The inventory service: it owns stock and reservations."""

from inventory_svc.celery import app as celery_app

__all__ = ["celery_app"]
