"""Where faults can be turned on: data that each service declares of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings

from common.faults.record import Action

MODULE = "fault_points"


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the code: its name, what a fault there shows, and which faults."""

    name: str
    meaning: str
    actions: tuple[Action, ...]


CRASH, FAIL, SLOW = Action.CRASH, Action.FAIL, Action.SLOW

# Of every service; each is called after the service, as in `payment.handle`.
SHARED = (
    Point(
        "handle",
        "A batch of messages is about to be handled; where that fails, they become "
        "letters that are tried again.",
        (CRASH, FAIL, SLOW),
    ),
    Point(
        "before-publish",
        "A transaction is committed, and the messages it left are not published yet.",
        (CRASH, SLOW),
    ),
    Point(
        "reply-lost",
        "A committed message is not published; the sweep finds it within seconds.",
        (FAIL,),
    ),
    Point("duplicate", "A message is published twice.", (FAIL,)),
    Point(
        "request",
        "A request came in that is none of the health checks, metrics or faults.",
        (CRASH, SLOW),
    ),
)


def shared_by(service: str) -> tuple[Point, ...]:
    """The points that every service has, with their names in this one."""
    return tuple(
        Point(f"{service}.{point.name}", point.meaning, point.actions)
        for point in SHARED
    )


@lru_cache(maxsize=1)
def declared() -> dict[str, Point]:
    """The points of this service by name: its apps' `fault_points`, then the shared."""
    found = [point for app in apps.get_app_configs() for point in _of(app.name)]
    points = [*found, *shared_by(settings.SERVICE_NAME)]
    return {point.name: point for point in points}


def _of(app: str) -> Sequence[Point]:
    module = f"{app}.{MODULE}"
    if find_spec(module) is None:
        return ()
    declared_there: Sequence[Point] = import_module(module).POINTS
    return declared_there
