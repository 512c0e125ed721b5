"""The web process of the order service."""

import os

from common.web.start import wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "order_svc.settings")

application = wsgi_application()
