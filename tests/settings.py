"""Settings for the tests of `common`: no service, a database file, everything open."""

import os
import tempfile
from pathlib import Path

_made = tempfile.TemporaryDirectory(prefix="common-tests-")  # gone with the process
_folder = Path(_made.name)
os.environ["STATE_DIR"] = str(_folder)
os.environ["APP_PROFILE"] = "test"
os.environ["CELERY_BROKER_URL"] = "memory://"

# The environment comes first:
from common.conf import (  # noqa: E402
    broker,
    databases,
    defaults,
    event_log,
    logs,
    networks,
)
from common.conf.profile import allowed_hosts, profile, secret_key  # noqa: E402

SERVICE_NAME = "order"
SERVICE_TOPICS = ("order.created",)
SERVICE_HANDLER = "tests.settings.handle_nothing"
SERVICE_RECOVERY = "tests.settings.conclude_nothing"
WORKER_NAME = "order-worker-1"
MESSAGE_MAX_ATTEMPTS = 3
MESSAGE_RETENTION_DAYS = 7

APP_PROFILE = profile()
STATE_DIR = _folder
LOG_URL = event_log.log_url()
LOG_TOPICS = event_log.topics()
APP_VERSION = "test"
CURRENCY = "USD"

SECRET_KEY = secret_key()
ALLOWED_HOSTS = allowed_hosts()
DEMO_NETWORKS = networks.demo_networks()
INSTALLED_APPS = [*defaults.framework_apps(), "common.recovery", "common.log_pages"]
MIDDLEWARE = defaults.MIDDLEWARE
ROOT_URLCONF = "tests.common.web.site"
APPEND_SLASH = False
TEMPLATES = defaults.templates()
DATABASES = databases.databases("common")
if not os.environ.get("DATABASE_URL"):
    # A file, for in memory the threads of a test would not meet as processes do.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "db" / "test.sqlite3")}
DEFAULT_AUTO_FIELD = databases.default_auto_field()
MIGRATION_MODULES = databases.migration_modules()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGES = defaults.LANGUAGES
LOGIN_URL = "/sign-in"
AUTHENTICATION_BACKENDS = defaults.AUTHENTICATION_BACKENDS
AUTH_PASSWORD_VALIDATORS = defaults.PASSWORD_VALIDATORS
MESSAGE_STORAGE = defaults.MESSAGE_STORAGE
STATIC_URL = "/static/"
CSRF_FAILURE_VIEW = "common.web.error_views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = defaults.MAX_BODY_BYTES
LOGGING_CONFIG = "common.conf.logs.configure"
LOGGING = logs.logging_settings("test")
REST_FRAMEWORK = defaults.rest_framework()
SPECTACULAR_SETTINGS = defaults.spectacular("test")
CELERY_BROKER_URL = broker.broker_url()


def handle_nothing(batch: object, now: object) -> list[object]:
    """A handler that sends nothing."""
    return []


def conclude_nothing(row: object, finding: object, now: object) -> list[object]:
    """Nothing follows from a recovery."""
    return []
