"""The web process of the payment service."""

import os

from common.web.start import wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payment_svc.settings")

application = wsgi_application()
