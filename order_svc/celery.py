"""The worker process of the order service: tasks, and the bridge to the log."""

import os

from celery import Celery

from common import worker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "order_svc.settings")

app = Celery("order")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
worker.install(app)
