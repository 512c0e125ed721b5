"""The web process of the order service."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "order_svc.settings")

application = get_wsgi_application()
