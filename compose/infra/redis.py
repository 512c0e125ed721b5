"""Redis: Celery's broker. What it holds are doorbells, so it keeps nothing on disk."""

from __future__ import annotations

import shutil

from redis import Redis
from redis.exceptions import RedisError

from common.conf.service import HOST
from compose.infra.part import Site, Tell, infra_process
from compose.local.topology import ProcessSpec

PORT = 6379


class RedisPart:
    """One server without persistence."""

    name = "redis"

    def __init__(self, site: Site) -> None:
        self.port = PORT + site.offset
        self.processes: tuple[ProcessSpec, ...] = (
            infra_process(
                "redis",
                self.name,
                self.port,
                (
                    "redis-server",
                    *("--bind", HOST, "--port", str(self.port)),
                    *("--save", "", "--appendonly", "no"),
                ),
            ),
        )

    @property
    def url(self) -> str:
        """The address for CELERY_BROKER_URL."""
        return f"redis://{HOST}:{self.port}/0"

    def missing(self) -> str:
        """Where the server is not installed."""
        if shutil.which("redis-server"):
            return ""
        return "redis-server is not installed. On Debian: apt install redis-server."

    def prepare(self, tell: Tell) -> None:
        """Nothing is kept, so nothing must be there."""

    def complaint(self, spec: ProcessSpec) -> str:
        """Until it answers a ping."""
        try:
            with Redis(port=self.port, socket_timeout=2) as client:
                client.ping()
        except RedisError as error:
            return f"no answer to PING on port {self.port} ({error})"
        return ""

    def settle(self) -> None:
        """Queues make themselves."""
