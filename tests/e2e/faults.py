"""Faults of a running stack, turned on and off over HTTP as a person would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.e2e.shop import Shop, wait_until

FAULTS = "/api/faults"
SERVICES = ("order", "payment", "inventory", "orchestrator")


def service_of(point: str) -> str:
    """The service that has the point: Toss is called by payment."""
    name = point.split(".", maxsplit=1)[0]
    return "payment" if name == "toss" else name


def turn_on(shop: Shop, point: str, action: str, **said: Any) -> dict[str, Any]:
    """Turn a fault on, with `times`, `rate`, `seconds`, `durationSeconds`, `reason`."""
    body = {"point": point, "action": action, **said}
    answer = shop.post(service_of(point), FAULTS, body)
    assert answer.status_code == 201, answer.text
    fault: dict[str, Any] = answer.json()
    return fault


def turn_off_all(shop: Shop) -> None:
    """No service has a fault on any more."""
    for service in SERVICES:
        httpx.delete(shop.url(service, FAULTS), timeout=30).raise_for_status()


def times_left(shop: Shop, fault: dict[str, Any]) -> int | None:
    """How often the fault may still strike: 0 when it is used up, None: any number."""
    found = shop.get(service_of(fault["point"]), FAULTS)["faults"]
    left: dict[str, int | None] = {one["faultId"]: one["times"] for one in found}
    return left.get(fault["faultId"], 0)


def wait_until_used_up(shop: Shop, fault: dict[str, Any], seconds: float = 60) -> None:
    """Return when the fault has struck as often as it was to; its service may die."""

    def is_used_up() -> bool:
        try:
            return times_left(shop, fault) == 0
        except (httpx.TransportError, httpx.HTTPStatusError):
            return False

    wait_until(is_used_up, seconds, lambda: f"never reached so often: {fault}")


@contextmanager
def turned_on(
    shop: Shop, point: str, action: str, **said: Any
) -> Iterator[dict[str, Any]]:
    """Within the block a fault is on; after it none is."""
    try:
        yield turn_on(shop, point, action, **said)
    finally:
        shop.stack.wait_healthy()
        turn_off_all(shop)
