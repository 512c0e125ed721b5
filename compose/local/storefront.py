"""The storefront beside the services: one process, and a door to it at the old port."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from common.conf.service import HOST, STOREFRONT, STOREFRONT_ALSO
from compose.local import sandbox

SERVICE = STOREFRONT.name
NAME = f"{SERVICE}-web"
DOOR = f"{SERVICE}-door"
APPLICATION = "order_svc.storefront.wsgi:application"
# What it may know of Toss: the window's key, which every customer's browser is told.
SHOWN = ("TOSS_CLIENT_KEY", "TOSS_WINDOW_URL")


def port(offset: int) -> int:
    """Where it listens."""
    return STOREFRONT.port + offset


def door_port(offset: int) -> int:
    """Where it answers too: the seed's front end was at both."""
    return STOREFRONT_ALSO + offset


def environment(
    state_dir: Path, offset: int, repository: Path, *, with_sandbox: bool
) -> Mapping[str, str]:
    """What its process reads."""
    keys = sandbox.keys(offset) if with_sandbox else {}
    return {
        **{name: keys[name] for name in SHOWN if name in keys},
        "DJANGO_SETTINGS_MODULE": "order_svc.storefront.settings",
        "LISTEN_HOST": HOST,
        "PORT_OFFSET": str(offset),
        "PYTHONPATH": str(repository),
        "PYTHONUNBUFFERED": "1",
        "STATE_DIR": str(state_dir),
    }
