"""The payment service: it owns payments."""

from payment_svc.celery import app as celery_app

__all__ = ["celery_app"]
