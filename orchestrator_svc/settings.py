"""Settings of the orchestrator; what the environment may say is in common.conf."""

from common.conf import broker, currency, databases, defaults, event_log, logs, networks
from common.conf.env import env_int, env_str
from common.conf.payments import confirm_within
from common.conf.profile import Profile, allowed_hosts, profile, secret_key, state_dir
from common.contracts import topics

SERVICE_NAME = "orchestrator"
SERVICE_HANDLER = "orchestrator_svc.engine.handlers.handle"
SERVICE_RECOVERY = "orchestrator_svc.engine.recovered.conclude"
SERVICE_TOPICS = (
    topics.REPLIES,
    topics.ORDER_CANCELLED,
)

APP_PROFILE = profile()
IS_PRODUCTION = APP_PROFILE is Profile.PRODUCTION
STATE_DIR = state_dir()
LOG_URL = event_log.log_url()
LOG_TOPICS = event_log.topics()
APP_VERSION = defaults.app_version()
CURRENCY = currency.currency().code
WORKER_NAME = env_str("WORKER_NAME", f"{SERVICE_NAME}-worker-1")
TOSS_CONFIRM_WITHIN_S = confirm_within()
MESSAGE_MAX_ATTEMPTS = env_int("MESSAGE_MAX_ATTEMPTS", 8, minimum=1)
MESSAGE_RETENTION_DAYS = env_int("MESSAGE_RETENTION_DAYS", 7, minimum=1)

DEBUG = False
SECRET_KEY = secret_key()
ALLOWED_HOSTS = allowed_hosts()
DEMO_NETWORKS = networks.demo_networks()

INSTALLED_APPS = [
    *defaults.framework_apps(),
    "common.recovery",
    "common.log_pages",
    "orchestrator_svc.engine",
    "orchestrator_svc.playground",
    "orchestrator_svc.dashboard",
]
MIDDLEWARE = defaults.MIDDLEWARE
ROOT_URLCONF = "orchestrator_svc.urls"
WSGI_APPLICATION = "orchestrator_svc.wsgi.application"
APPEND_SLASH = False
TEMPLATES = defaults.templates()

DATABASES = databases.databases(SERVICE_NAME)
DEFAULT_AUTO_FIELD = databases.default_auto_field()
MIGRATION_MODULES = databases.migration_modules()

LANGUAGE_CODE = "en"
LANGUAGES = defaults.LANGUAGES
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
LOGIN_URL = "/sign-in"
AUTHENTICATION_BACKENDS = defaults.AUTHENTICATION_BACKENDS
AUTH_PASSWORD_VALIDATORS = defaults.PASSWORD_VALIDATORS
MESSAGE_STORAGE = defaults.MESSAGE_STORAGE
UI_NAVIGATION = "orchestrator_svc.navigation.NAVIGATION"

LOGGING_CONFIG = "common.conf.logs.configure"
LOGGING = logs.logging_settings(SERVICE_NAME)
REST_FRAMEWORK = defaults.rest_framework()
SPECTACULAR_SETTINGS = defaults.spectacular(SERVICE_NAME)

# Cookies do not know ports, so those of four services on one host need four names.
SESSION_COOKIE_NAME = f"{SERVICE_NAME}_session"
SESSION_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_NAME = f"{SERVICE_NAME}_csrf"
CSRF_COOKIE_SECURE = IS_PRODUCTION
CSRF_FAILURE_VIEW = "common.web.error_views.csrf_failure"
SILENCED_SYSTEM_CHECKS = defaults.SILENCED_CHECKS
SECURE_PROXY_SSL_HEADER = defaults.proxy_ssl_header()
SECURE_HSTS_SECONDS = defaults.HSTS_SECONDS if IS_PRODUCTION else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = defaults.MAX_BODY_BYTES

CELERY_BROKER_URL = broker.broker_url()
CELERY_BROKER_TRANSPORT_OPTIONS = broker.broker_options(SERVICE_NAME)
CELERY_BROKER_CONNECTION_TIMEOUT = broker.CONNECT_SECONDS
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # it comes back; until then sweeps wait
CELERY_TASK_PUBLISH_RETRY_POLICY = broker.PUBLISH_RETRIES
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_DEFAULT_QUEUE = SERVICE_NAME
CELERY_TASK_IGNORE_RESULT = True  # tasks are doorbells; the database knows the result
CELERY_TASK_TIME_LIMIT = 300  # in the prefork pool; a thread cannot be stopped
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
