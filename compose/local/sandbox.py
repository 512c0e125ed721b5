"""Toss's sandbox beside the services, where nobody gave keys for the real one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from common.conf.service import HOST

NAME = "toss-sandbox"
PORT = 3900
APPLICATION = "compose.toss_sandbox.wsgi:application"
THREADS = 64  # cards that need long must not hold up the others
REAL = "TOSS_SECRET_KEY"


def is_wanted(outer: Mapping[str, str]) -> bool:
    """True where the shell names no key of Toss."""
    return not outer.get(REAL)


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
        "TOSS_SECRET_KEY": "test_sk_sandbox",
        "TOSS_CLIENT_KEY": "test_ck_sandbox",
        "TOSS_BILLING_KEY": "billing_sandbox",
        "TOSS_CUSTOMER_KEY": "customer_sandbox",
        "TOSS_WINDOW_URL": f"{address}/window",
    }
