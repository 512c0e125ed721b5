"""One process's way to the brokers: a client to ask with, and the topics it knows."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kafka.admin import KafkaAdminClient
from kafka.errors import (
    CoordinatorNotAvailableError,
    NodeNotReadyError,
    NotCoordinatorError,
)

from common.log.kafka.faults import explained
from common.log.kafka.options import Options, opened
from common.log.port import LogError, UnknownTopic

# The client remembers a group's coordinator for ever, and answers at once that it is
# not going to look for a broker yet: after these a new one must ask.
STALE = (CoordinatorNotAvailableError, NotCoordinatorError, NodeNotReadyError)


class Cluster:
    """The brokers; one thread at a time asks them."""

    def __init__(self, options: Options) -> None:
        """Nothing is opened before the first question."""
        self.options = options
        self._mutex = threading.RLock()
        self._pid = os.getpid()
        self._client: KafkaAdminClient | None = None
        self._partitions: dict[str, int] = {}

    @contextmanager
    def asking(self) -> Iterator[KafkaAdminClient]:
        """The client, for this thread alone; its faults are the port's.

        Raises LogUnavailable.
        """
        self.check_process()
        with self._mutex, explained(self.options.address):
            if self._client is None:
                self._client = opened(KafkaAdminClient, self.options.client())
            try:
                yield self._client
            except STALE:
                self._drop()
                raise

    def partitions_of(self, topic: str) -> int:
        """How many partitions a topic has, asked once.

        Raises UnknownTopic.
        """
        known = self._partitions.get(topic)
        if known is None:
            with self.asking() as client:
                (found,) = client.describe_topics([topic])
            if not found["partitions"]:
                raise UnknownTopic(
                    f"The log has no topic {topic!r}; make it with ensure_topics first."
                )
            known = self._partitions[topic] = len(found["partitions"])
        return known

    def forget(self) -> None:
        """Topics are asked for anew: one of them may have been deleted."""
        self._partitions.clear()

    def check_process(self) -> None:
        """Raise LogError in a process that was forked from the one that opened it."""
        if os.getpid() != self._pid:
            raise LogError(
                f"The log at {self.options.address} was opened before this process was "
                "forked; open it in the process that uses it."
            )

    def close(self) -> None:
        """The client is closed."""
        with self._mutex:
            self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()
