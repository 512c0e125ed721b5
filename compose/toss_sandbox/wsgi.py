"""The sandbox as a WSGI application; starting it makes its tables and its chores."""

import os

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "compose.toss_sandbox.settings"
django.setup()
call_command("migrate", verbosity=0)

from compose.toss_sandbox import chores  # noqa: E402 - needs the apps

chores.start()
application = get_wsgi_application()
