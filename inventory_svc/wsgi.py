"""The web process of the inventory service."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventory_svc.settings")

application = get_wsgi_application()
