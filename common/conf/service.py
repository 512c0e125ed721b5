"""Who the services are and where they listen; the one place that knows ports."""

from __future__ import annotations

import os
from dataclasses import dataclass

from common.conf.env import env_int, env_url

HOST = "127.0.0.1"
MAX_OFFSET = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceIdentity:
    """A service's name and the port it has when PORT_OFFSET is 0."""

    name: str
    port: int

    @property
    def package(self) -> str:
        """The Python package that is the service's Django project."""
        return f"{self.name}_svc"


SERVICES = {
    service.name: service
    for service in (
        ServiceIdentity(name="order", port=3001),
        ServiceIdentity(name="payment", port=3002),
        ServiceIdentity(name="inventory", port=3003),
        ServiceIdentity(name="orchestrator", port=3004),
    )
}


def service_port(name: str) -> int:
    """The port of a service on this machine, moved by PORT_OFFSET."""
    offset = env_int("PORT_OFFSET", 0, maximum=MAX_OFFSET)
    return SERVICES[name].port + offset


def service_url(name: str) -> str:
    """Where a service answers: `<NAME>_URL`, else its port on this machine."""
    variable = f"{name.upper()}_URL"
    if os.environ.get(variable):
        address = env_url(variable, schemes=("http", "https"))
        return address.geturl().rstrip("/")
    return f"http://{HOST}:{service_port(name)}"
