"""The parts that the settings of every service are put together from."""

from __future__ import annotations

from typing import Any

from common.conf.databases import with_keys_of_backend
from common.conf.env import env_int, env_str
from common.conf.profile import REPOSITORY, Profile, profile

MAX_BODY_BYTES = 1024 * 1024
HSTS_SECONDS = 365 * 24 * 3600

FRAMEWORK_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "common.faults",
    "common.storage",
    "common.messaging",
    "common.web",
    "common.ui",
]

# Our own middleware sends the headers of the two that these checks miss.
SILENCED_CHECKS = ["security.W001", "security.W002"]

# Lazy all of them: without a cookie none reads a session or a user.
MIDDLEWARE = [
    "common.web.middleware.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "common.ui.middleware.OnPages",
]

AUTHENTICATION_BACKENDS = ["common.web.sign_in_limits.LimitedAccounts"]
_ABOUT_PASSWORDS = "django.contrib.auth.password_validation"
PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_ABOUT_PASSWORDS}.UserAttributeSimilarityValidator"},
    {
        "NAME": f"{_ABOUT_PASSWORDS}.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": f"{_ABOUT_PASSWORDS}.CommonPasswordValidator"},
    {"NAME": f"{_ABOUT_PASSWORDS}.NumericPasswordValidator"},
]

LANGUAGES = [("en", "English"), ("ko", "한국어")]
# In the session: a cookie of messages would be one for all services of a host.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"


def framework_apps() -> list[str]:
    """What every service installs beside its own app."""
    return with_keys_of_backend(FRAMEWORK_APPS)


def rest_framework() -> dict[str, Any]:
    """REST_FRAMEWORK: JSON and browsable pages, problems as errors, who may what."""
    return {
        "DEFAULT_RENDERER_CLASSES": [
            "common.web.json.JSONRenderer",
            "common.web.browsable.BrowsableRenderer",
        ],
        "DEFAULT_CONTENT_NEGOTIATION_CLASS": "common.web.negotiation.Negotiation",
        "DEFAULT_PARSER_CLASSES": ["common.web.json.JSONParser"],
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "rest_framework.authentication.BasicAuthentication",
            "rest_framework.authentication.SessionAuthentication",
        ],
        "DEFAULT_PERMISSION_CLASSES": ["common.web.permissions.MayRead"],
        "DEFAULT_PAGINATION_CLASS": "common.web.pagination.ContractPagination",
        "DEFAULT_SCHEMA_CLASS": "common.web.openapi.ServiceSchema",
        "DEFAULT_FILTER_BACKENDS": [
            "django_filters.rest_framework.DjangoFilterBackend",
        ],
        "EXCEPTION_HANDLER": "common.web.errors.exception_handler",
        "TEST_REQUEST_DEFAULT_FORMAT": "json",
        "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
        **_throttling(),
    }


def _throttling() -> dict[str, Any]:
    if profile() is not Profile.PRODUCTION:
        return {}
    return {
        "DEFAULT_THROTTLE_CLASSES": [
            "rest_framework.throttling.AnonRateThrottle",
            "rest_framework.throttling.UserRateThrottle",
        ],
        "DEFAULT_THROTTLE_RATES": {
            "anon": f"{env_int('THROTTLE_ANONYMOUS_PER_MINUTE', 60, minimum=1)}/min",
            "user": f"{env_int('THROTTLE_USER_PER_MINUTE', 6000, minimum=1)}/min",
        },
    }


def templates() -> list[dict[str, Any]]:
    """TEMPLATES: the shared folder first, then those of the apps."""
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [str(REPOSITORY / "templates")],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                    "common.web.context.service",
                    "common.ui.context.shell",
                ],
            },
        }
    ]


def spectacular(service: str) -> dict[str, Any]:
    """SPECTACULAR_SETTINGS: the schema of one service, its pages from the sidecar."""
    return {
        "TITLE": f"{service.capitalize()} service",
        "DESCRIPTION": "Lists are paginated by `page` and `limit`; errors are RFC 9457"
        " problem details; a POST that starts something takes `Idempotency-Key`.",
        "VERSION": app_version(),
        "SERVE_INCLUDE_SCHEMA": False,
        "SERVE_PUBLIC": True,
        "SERVE_PERMISSIONS": ["common.web.permissions.MayRead"],
        "SCHEMA_PATH_PREFIX": "/api",
        "COMPONENT_SPLIT_REQUEST": True,
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
        "REDOC_DIST": "SIDECAR",
    }


def app_version() -> str:
    """The version this process says it is (APP_VERSION, set at release)."""
    return env_str("APP_VERSION", "0.1.0")


def proxy_ssl_header() -> tuple[str, str] | None:
    """The header a proxy in front says TLS with; believed in production only."""
    if profile() is not Profile.PRODUCTION:
        return None
    return ("HTTP_X_FORWARDED_PROTO", "https")
