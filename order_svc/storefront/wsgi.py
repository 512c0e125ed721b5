"""The web process of the storefront."""

import os

from django.core.wsgi import get_wsgi_application

# The package of the order service, which this one lies in, has named its own.
os.environ["DJANGO_SETTINGS_MODULE"] = "order_svc.storefront.settings"

application = get_wsgi_application()
