"""The addresses of a stack that stands on real components."""

from __future__ import annotations

from common.conf.service import SERVICES
from compose.infra.backbone import Infra
from compose.local.backing import STACKS, Backing


def backing(infra: Infra, kind: str) -> Backing:
    """Where the services of such a stack find log, databases and broker."""
    on_postgres = "postgres" in STACKS[kind]
    database = infra.postgres.url if on_postgres else infra.mongodb.url
    return Backing(
        databases={name: database(name) for name in SERVICES},
        brokers=dict.fromkeys(SERVICES, infra.redis.url),
        log=infra.kafka.url,
    )
