"""What every client of this program tells kafka-python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kafka.net.compat import KafkaNetClient

ClientT = TypeVar("ClientT")

# Foreign producers may send what we would not: it must come in to be set apart.
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
FETCH_BYTES = 32 * 1024 * 1024
RECONNECT_MAX_MS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long things may take, in seconds.

    A member is taken for dead `session` after its last heartbeat; its group waits
    for it up to `rebalance` while it works on a batch; `publish` bounds one publish
    to brokers that are away, `request` a question to them, `connect` the first word.
    """

    session: float = 6.0
    heartbeat: float = 1.0
    rebalance: float = 60.0
    publish: float = 10.0
    request: float = 5.0
    connect: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Where the brokers are, how to prove who we are, and how long to wait."""

    servers: tuple[str, ...]
    security: Mapping[str, Any] = field(default_factory=dict, repr=False)
    timing: Timing = field(default_factory=Timing)

    @property
    def address(self) -> str:
        """The brokers, for sentences."""
        return ",".join(self.servers)

    def client(self) -> dict[str, Any]:
        """What producer, consumer and admin client have in common."""
        return {
            "bootstrap_servers": list(self.servers),
            "bootstrap_timeout_ms": milliseconds(self.timing.connect),
            "request_timeout_ms": milliseconds(self.timing.request),
            "reconnect_backoff_max_ms": RECONNECT_MAX_MS,
            **self.security,
        }

    def producer(self) -> dict[str, Any]:
        """Nothing lost, nothing doubled by a retry, large batches, no waiting.

        Who publishes flushes, so `linger_ms` only keeps the sender from starting on
        a batch that is still being filled.
        """
        return {
            **self.client(),
            "acks": "all",
            "enable_idempotence": True,
            "compression_type": "lz4",
            "batch_size": 128 * 1024,
            "linger_ms": 100,
            "max_request_size": MAX_MESSAGE_BYTES,
            "delivery_timeout_ms": milliseconds(self.timing.publish),
            "max_block_ms": milliseconds(self.timing.request),
            "allow_auto_create_topics": False,
            "metrics_enabled": False,
        }

    def reader(self) -> dict[str, Any]:
        """A consumer without a group; data is there as soon as it arrives."""
        return {
            **self.client(),
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "fetch_min_bytes": 1,
            "fetch_max_bytes": FETCH_BYTES,
            "allow_auto_create_topics": False,
            "metrics_enabled": False,
        }

    def member(self, group: str, instance: str) -> dict[str, Any]:
        """A static member of a group (KIP-345) that commits by itself."""
        return {
            **self.reader(),
            "group_id": group,
            "group_instance_id": instance,
            "session_timeout_ms": milliseconds(self.timing.session),
            "heartbeat_interval_ms": milliseconds(self.timing.heartbeat),
            "max_poll_interval_ms": milliseconds(self.timing.rebalance),
        }


def milliseconds(seconds: float) -> int:
    """The whole milliseconds, as Kafka counts."""
    return round(seconds * 1000)


def opened(make: Callable[..., ClientT], options: Mapping[str, Any]) -> ClientT:
    """A client of kafka-python; one that fails to open leaves no thread behind."""
    begun: list[KafkaNetClient] = []

    def begin(**settings: Any) -> KafkaNetClient:
        begun.append(KafkaNetClient(**settings))
        return begun[-1]

    try:
        return make(kafka_client=begin, **options)
    except BaseException:
        for each in begun:
            each.close()
        raise
