"""Who the services are and where they listen; the one place that knows ports."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address

from common.conf.env import ConfigurationError, env_int, env_str, env_url

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

# No service: it has no data, and speaks to the four. It answers at both addresses.
STOREFRONT = ServiceIdentity(name="storefront", port=3000)
STOREFRONT_ALSO = 3005


def service_port(name: str) -> int:
    """The port of a service on this machine, moved by PORT_OFFSET."""
    offset = env_int("PORT_OFFSET", 0, maximum=MAX_OFFSET)
    return SERVICES[name].port + offset


def listen_host() -> str:
    """The address that web processes listen on (LISTEN_HOST), this machine's own else.

    Other machines reach another one, and nothing here encrypts: it is for containers,
    whose network is their own.
    """
    host = env_str("LISTEN_HOST", HOST)
    try:
        ip_address(host)
    except ValueError:
        allowed = "it must be an address of this machine, or 0.0.0.0 for all it has"
        raise ConfigurationError("LISTEN_HOST", host, allowed) from None
    return host


def worker_name(service: str) -> str:
    """WORKER_NAME, else a name of this host's: no two containers have the same.

    Two workers of one name would push each other out of their group.
    """
    return env_str("WORKER_NAME", f"{service}-worker-{socket.gethostname()}")


def service_url(name: str) -> str:
    """Where a service answers: `<NAME>_URL`, else its port on this machine."""
    variable = f"{name.upper()}_URL"
    if os.environ.get(variable):
        address = env_url(variable, schemes=("http", "https"))
        return address.geturl().rstrip("/")
    return f"http://{HOST}:{service_port(name)}"
