"""The orchestrator service: it owns sagas."""

from orchestrator_svc.celery import app as celery_app

__all__ = ["celery_app"]
