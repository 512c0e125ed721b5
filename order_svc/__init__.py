"""The order service: it owns orders, and the start of the choreography."""

from order_svc.celery import app as celery_app

__all__ = ["celery_app"]
