"""The log on Apache Kafka, through kafka-python.

A record is acknowledged when every in-sync replica has it; retention is the brokers'
affair; a group's members are known to the brokers by their instance names.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Protocol, TypeVar

from common.log.kafka import records
from common.log.kafka.admin import KafkaAdmin
from common.log.kafka.cluster import Cluster
from common.log.kafka.consumer import KafkaConsumer
from common.log.kafka.options import Options
from common.log.kafka.publisher import KafkaPublisher

__all__ = ["KafkaLog", "Options"]


class _Part(Protocol):
    closed: bool

    def close(self) -> None: ...


PartT = TypeVar("PartT", bound=_Part)


class KafkaLog:
    """The log at a cluster's addresses; connected when a part of it is used."""

    def __init__(
        self, options: Options, *, wall: Callable[[], float] = time.time
    ) -> None:
        """`wall` (seconds since 1970) stamps the records."""
        records.install()
        self._options = options
        self._wall = wall
        self._cluster = Cluster(options)
        self._admin = KafkaAdmin(self._cluster)
        self._mutex = threading.Lock()
        self._parts: list[_Part] = []

    def publisher(self) -> KafkaPublisher:
        """A publisher; safe to use from several threads."""
        return self._keep(KafkaPublisher(self._cluster, self._wall))

    def consumer(
        self, group: str, topics: Sequence[str], instance: str
    ) -> KafkaConsumer:
        """A member of `group`, in place of any other of that instance name.

        Raises UnknownTopic, LogUnavailable.
        """
        for topic in topics:
            self._cluster.partitions_of(topic)
        return self._keep(KafkaConsumer(self._options, group, topics, instance))

    def admin(self) -> KafkaAdmin:
        """The reader for screens, health checks and set-up; always the same one."""
        return self._admin

    def close(self) -> None:
        """Every part this process opened is closed, even if one raises."""
        with self._mutex, ExitStack() as closing:
            closing.callback(self._cluster.close)
            closing.callback(self._admin.close)
            for part in self._parts:
                closing.callback(part.close)
            self._parts = []

    def _keep(self, part: PartT) -> PartT:
        with self._mutex:
            self._parts = [*(each for each in self._parts if not each.closed), part]
        return part
