"""Settings of the storefront: no database, no sessions; the browser keeps its cart."""

import os

from common.conf import currency, defaults, logs, networks
from common.conf.profile import (
    REPOSITORY,
    Profile,
    allowed_hosts,
    profile,
    secret_key,
)
from order_svc.storefront.window import payment_window

SERVICE_NAME = "storefront"
APP_PROFILE = profile()
IS_PRODUCTION = APP_PROFILE is Profile.PRODUCTION
APP_VERSION = defaults.app_version()
CURRENCY = currency.currency().code
PAYMENT_WINDOW = payment_window(
    window_url=os.environ.get("TOSS_WINDOW_URL") or "",
    client_key=os.environ.get("TOSS_CLIENT_KEY") or "",
)

DEBUG = False
SECRET_KEY = secret_key()
ALLOWED_HOSTS = allowed_hosts()
DEMO_NETWORKS = networks.demo_networks()

# Users and their tables belong to the services; here only the shell's code needs them.
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "common.ui",
    "order_svc.storefront",
]
MIDDLEWARE = [
    "common.web.middleware.RequestMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "common.ui.middleware.OnPages",
    "order_svc.storefront.middleware.Outages",
]
ROOT_URLCONF = "order_svc.storefront.urls"
WSGI_APPLICATION = "order_svc.storefront.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(REPOSITORY / "templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "common.ui.context.shell",
                "order_svc.storefront.navigation.shop",
            ],
        },
    }
]
DATABASES: dict[str, dict[str, str]] = {}

LANGUAGE_CODE = "en"
LANGUAGES = defaults.LANGUAGES
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
LOGIN_URL = "/"  # there is no account to sign in to
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
UI_BASE = "shop/base.html"
UI_NAVIGATION = "order_svc.storefront.navigation.LINKS"

LOGGING_CONFIG = "common.conf.logs.configure"
LOGGING = logs.logging_settings(SERVICE_NAME)

# Cookies do not know ports: those of the shop have names that no service's has.
SESSION_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_NAME = f"{SERVICE_NAME}_csrf"
CSRF_COOKIE_SECURE = IS_PRODUCTION
CSRF_FAILURE_VIEW = "common.web.error_views.csrf_failure"
SILENCED_SYSTEM_CHECKS = defaults.SILENCED_CHECKS
SECURE_PROXY_SSL_HEADER = defaults.proxy_ssl_header()
SECURE_HSTS_SECONDS = defaults.HSTS_SECONDS if IS_PRODUCTION else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = defaults.MAX_BODY_BYTES
