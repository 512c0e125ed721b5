"""Settings for mypy alone: all apps there are, and what a service's settings name."""

from common.conf.networks import Network
from common.conf.profile import Profile
from order_svc.storefront.window import Kind, PaymentWindow
from tests.simulation import settings
from tests.simulation.settings import *  # noqa: F403 - all of them, by intention

INSTALLED_APPS = [
    *settings.INSTALLED_APPS,
    "compose.toss_sandbox",
    "order_svc.storefront",
    "orchestrator_svc.playground",
]

SERVICE_NAME = "order"
SERVICE_HANDLER = "order_svc.orders.handlers.handle"
SERVICE_RECOVERY = "order_svc.orders.recovered.conclude"
SERVICE_TOPICS: tuple[str, ...] = ()
APP_PROFILE = Profile.TEST
LOG_TOPICS: dict[str, int] = {}
DEMO_NETWORKS: list[Network] = []
APP_VERSION = "0.1.0"
MESSAGE_RETENTION_DAYS = 7
WORKER_NAME = "order-worker-1"
# Of Toss's sandbox.
BASE_URL = WEBHOOK_URL = ""
SESSION_LASTS_S = 600
# Of the storefront.
PAYMENT_WINDOW = PaymentWindow(kind=Kind.NONE)
