"""The sandbox as a WSGI application; starting it makes its tables and its webhooks."""

import os

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "compose.toss_sandbox.settings"
django.setup()
call_command("migrate", verbosity=0)

from compose.toss_sandbox import idempotency, webhooks  # noqa: E402 - needs the apps

idempotency.forget_unfinished()
webhooks.start()
application = get_wsgi_application()
