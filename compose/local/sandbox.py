"""Toss's sandbox beside the services, where nobody gave keys for the real one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from common.conf.profile import Profile
from common.conf.service import HOST
from common.conf.toss_sandbox import (
    BILLING_KEY,
    CLIENT_KEY,
    CUSTOMER_KEY,
    PORT,
    SECRET_KEY,
)

NAME = "toss-sandbox"
APPLICATION = "compose.toss_sandbox.wsgi:application"
THREADS = 128  # cards that need long must not hold up the others


def is_wanted(outer: Mapping[str, str]) -> bool:
    """True where the shell names no key of Toss; in production there is none."""
    is_production = outer.get("APP_PROFILE") == Profile.PRODUCTION
    return not outer.get("TOSS_SECRET_KEY") and not is_production


def port(offset: int) -> int:
    """Where it listens."""
    return PORT + offset


def environment(state_dir: Path, offset: int, repository: Path) -> dict[str, str]:
    """What the sandbox's process reads."""
    return {
        "DJANGO_SETTINGS_MODULE": "compose.toss_sandbox.settings",
        "LISTEN_HOST": HOST,
        "PORT_OFFSET": str(offset),
        "PYTHONPATH": str(repository),
        "PYTHONUNBUFFERED": "1",
        "STATE_DIR": str(state_dir),
    }


def keys(offset: int) -> dict[str, str]:
    """What the services must know to pay through it."""
    address = f"http://{HOST}:{port(offset)}"
    return {
        "TOSS_API_URL": address,
        "TOSS_SECRET_KEY": SECRET_KEY,
        "TOSS_CLIENT_KEY": CLIENT_KEY,
        "TOSS_BILLING_KEY": BILLING_KEY,
        "TOSS_CUSTOMER_KEY": CUSTOMER_KEY,
        "TOSS_WINDOW_URL": f"{address}/window",
    }
