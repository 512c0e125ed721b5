"""The web process of the orchestrator service."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator_svc.settings")

application = get_wsgi_application()
