"""The web process of the inventory service."""

import os

from common.web.start import wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventory_svc.settings")

application = wsgi_application()
