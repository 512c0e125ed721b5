"""All four services in one process, each with a database of its own (in memory)."""

from __future__ import annotations

from common.conf import defaults

SERVICES = ("order", "payment", "inventory", "orchestrator")

SECRET_KEY = "only-for-the-simulation"
USE_TZ = True
INSTALLED_APPS = [
    *defaults.framework_apps(),
    "common.recovery",
    "order_svc.orders",
    "payment_svc.payments",
    "inventory_svc.stock",
    "orchestrator_svc.engine",
    "orchestrator_svc.dashboard",
]
DATABASES = {
    alias: {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    for alias in ("default", *SERVICES)
}
DATABASE_ROUTERS = ["common.storage.database.CurrentDatabaseRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOG_URL = "memory://"
CURRENCY = "USD"
MESSAGE_MAX_ATTEMPTS = 8
TOSS_CONFIRM_WITHIN_S = 600
TOSS_TIMEOUT_S = 10
