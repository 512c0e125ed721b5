"""Settings of the sandbox: one SQLite file, no sessions, nothing of the services."""

import os
from pathlib import Path

from django.utils.crypto import get_random_string

from common.conf.currency import currency
from common.conf.env import ConfigurationError, env_int, env_url
from common.conf.logs import logging_settings
from common.conf.profile import Profile, allowed_hosts, profile, state_dir
from common.conf.service import HOST, MAX_OFFSET, service_url
from common.conf.toss_sandbox import PORT

if profile() is Profile.PRODUCTION:
    allowed = "Toss's sandbox moves no money: it is for demo and test only"
    raise ConfigurationError("APP_PROFILE", str(Profile.PRODUCTION), allowed)

FOLDER = state_dir() / "toss"
FOLDER.mkdir(parents=True, exist_ok=True)

DEBUG = False
SECRET_KEY = get_random_string(50)  # signs nothing that must outlive the process
ALLOWED_HOSTS = allowed_hosts()
INSTALLED_APPS = ["django.contrib.staticfiles", "compose.toss_sandbox"]
MIDDLEWARE = [
    "compose.toss_sandbox.middleware.security",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
ROOT_URLCONF = "compose.toss_sandbox.urls"
WSGI_APPLICATION = "compose.toss_sandbox.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"context_processors": ["compose.toss_sandbox.texts.context"]},
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FOLDER / "sandbox.db",
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
        # A file: in memory the threads of a test would not meet.
        "TEST": {"NAME": FOLDER / "test.db"},
    }
}
# A client that sends more than Toss ever asks for has no business here.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
USE_I18N = True
TIME_ZONE = "Asia/Seoul"  # Toss tells its times with +09:00
USE_TZ = True
STATIC_URL = "/static/"
CSRF_COOKIE_NAME = "toss_sandbox_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "compose.toss_sandbox.pages.csrf_failure"
LOGGING_CONFIG = "common.conf.logs.configure"
LOGGING = logging_settings("toss-sandbox")

CURRENCY = currency().code
BASE_URL = f"http://{HOST}:{PORT + env_int('PORT_OFFSET', 0, maximum=MAX_OFFSET)}"
SESSION_LASTS_S = env_int("TOSS_SANDBOX_SESSION_S", 600, minimum=1)
WEBHOOK_URL = os.environ.get(
    "TOSS_SANDBOX_WEBHOOK_URL", f"{service_url('payment')}/api/payments/webhook"
)
if WEBHOOK_URL:  # set, but empty: nobody is told
    env_url("TOSS_SANDBOX_WEBHOOK_URL", WEBHOOK_URL, schemes=("http", "https"))
