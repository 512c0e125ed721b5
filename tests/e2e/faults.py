"""Faults of a running stack, turned on and off over HTTP as a person would."""

from __future__ import annotations

import uuid
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
    """Turn a fault on, with `times`, `rate`, `seconds`, `durationSeconds`, `reason`.

    Once, although its service may just be dying of another one.
    """
    body = {"point": point, "action": action, **said}
    once = {"Idempotency-Key": uuid.uuid4().hex}
    answers: list[httpx.Response] = []

    def is_answered() -> bool:
        try:
            answers.append(shop.post(service_of(point), FAULTS, body, once))
        except httpx.TransportError:
            return False
        return True

    wait_until(is_answered, 30, lambda: f"{service_of(point)} does not answer")
    assert answers[0].status_code == 201, answers[0].text
    fault: dict[str, Any] = answers[0].json()
    return fault


def turn_off_all(shop: Shop) -> None:
    """No service has a fault on any more, once all are well again."""
    shop.stack.wait_healthy()
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
        turn_off_all(shop)
