"""The worker process of the inventory service: tasks, and the bridge to the log."""

import os

from celery import Celery

from common import worker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventory_svc.settings")

app = Celery("inventory")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
worker.install(app)
