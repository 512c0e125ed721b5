"""Settings of the sandbox: one SQLite file, no sessions, nothing of the services."""

from pathlib import Path

from django.utils.crypto import get_random_string

from common.conf.currency import currency
from common.conf.env import ConfigurationError, env_int, env_str
from common.conf.profile import LOOPBACK_HOSTS, Profile, profile, state_dir
from common.conf.service import service_url

if profile() is Profile.PRODUCTION:
    raise ConfigurationError("APP_PROFILE", "production", "the sandbox takes no money")

FOLDER = state_dir() / "toss"
FOLDER.mkdir(parents=True, exist_ok=True)

DEBUG = False
SECRET_KEY = get_random_string(50)  # signs nothing that must outlive the process
ALLOWED_HOSTS = LOOPBACK_HOSTS
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
        "OPTIONS": {"context_processors": ["django.template.context_processors.csrf"]},
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
    }
}
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
USE_I18N = True
TIME_ZONE = "Asia/Seoul"  # Toss tells its times with +09:00
USE_TZ = True
STATIC_URL = "/static/"
CSRF_COOKIE_NAME = "toss_sandbox_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
LOGGING_CONFIG = None

CURRENCY = currency().code
SECRET_API_KEY = env_str("TOSS_SANDBOX_SECRET_KEY", "test_sk_sandbox")
SESSION_LASTS_S = env_int("TOSS_SANDBOX_SESSION_S", 600, minimum=1)
WEBHOOK_URL = env_str(
    "TOSS_SANDBOX_WEBHOOK_URL", f"{service_url('payment')}/api/payments/webhook"
)
