"""Celery's broker: what it holds are doorbells, the work is in the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, unquote

from common.conf.env import env_url
from common.conf.profile import state_dir

BROKER_FOLDERS = ("queue", "processed", "control")
SCHEMES = ("filesystem", "memory", "redis", "rediss", "amqp", "amqps")

# A web request that rings waits no longer than this for a broker that is away; the
# sweep finds the work all the same.
CONNECT_SECONDS = 2.0
PUBLISH_RETRIES = {
    "max_retries": 1,
    "interval_start": 0.1,
    "interval_step": 0.1,
    "interval_max": 0.2,
}


def broker_url() -> str:
    """Celery's broker; the folders of a filesystem broker are in `broker_options`."""
    address = _address("any")
    if address.scheme in {"filesystem", "memory"}:
        return f"{address.scheme}://localhost/"
    return address.geturl()


def broker_options(service: str) -> dict[str, Any]:
    """The transport options of the broker; the folders it needs are made."""
    address = _address(service)
    if address.scheme == "filesystem":
        return _folders(address)
    if address.scheme in {"redis", "rediss"}:
        return {
            # One Redis may serve others too.
            "global_keyprefix": "saga:",
            "socket_connect_timeout": CONNECT_SECONDS,
            "socket_timeout": 30,
            "socket_keepalive": True,
            "health_check_interval": 15,
        }
    if address.scheme in {"amqp", "amqps"}:
        return {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.2}
    return {}


def _folders(address: SplitResult) -> dict[str, Any]:
    root = Path("/" + unquote(address.path).lstrip("/"))
    folders = {name: root / name for name in BROKER_FOLDERS}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {
        # What is written out is what is read in: one folder, both ways.
        "data_folder_in": str(folders["queue"]),
        "data_folder_out": str(folders["queue"]),
        "processed_folder": str(folders["processed"]),
        "store_processed": False,
        "control_folder": str(folders["control"]),
        "polling_interval": 0.5,
    }


def _address(service: str) -> SplitResult:
    default = f"filesystem://{quote(str(state_dir() / 'broker' / service))}"
    return env_url("CELERY_BROKER_URL", default, schemes=SCHEMES)
