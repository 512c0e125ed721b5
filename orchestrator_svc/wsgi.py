"""The web process of the orchestrator service."""

import os

from common.web.start import wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator_svc.settings")

application = wsgi_application()
