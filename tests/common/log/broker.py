"""A Kafka broker for tests: one for the session, empty for each test."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, MemberToRemove

from common.log.kafka import KafkaLog, Options
from common.log.kafka.consumer import KafkaConsumer
from common.log.kafka.options import Timing
from common.log.port import Consumer, Log
from tests.common.log.site import PAUSE, HandClock, Patience
from tests.real import real_infra

# So that a dead member's end is soon, and a busy machine's pauses are none yet.
TIMING = Timing(session=2.0, heartbeat=0.2, rebalance=3.0)


@contextmanager
def real_kafka() -> Iterator[str]:
    """The `host:port` of a broker; the test is skipped where there can be none.

    SAGA_TEST_KAFKA names one that runs already. What is on it is deleted.
    """
    if given := os.environ.get("SAGA_TEST_KAFKA"):
        yield given
        return
    with real_infra("kafka") as infra:
        yield infra.kafka.url.removeprefix("kafka://")


@dataclass
class KafkaSite:
    """Real leases and real retention; only the records' time is in the test's hand."""

    address: str
    timing: Timing = TIMING
    start: int = field(default_factory=lambda: int(time.time()) * 1000)
    look: float = 0.05
    quiet: float = 0.25
    counts_bytes: bool = False
    takes_late_commits: bool = False
    keeps_ms: int = 0
    opened: list[Log] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wall = HandClock(self.start / 1000)

    def open(self) -> KafkaLog:
        options = Options(servers=(self.address,), timing=self.timing)
        log = KafkaLog(options, wall=self.wall)
        self.opened.append(log)
        return log

    def has_joined(self, member: Consumer) -> bool:
        assert isinstance(member, KafkaConsumer)
        coordinator = member._member._coordinator
        return member._member.is_settled() and not coordinator.need_rejoin()

    def crash(self, member: Consumer) -> None:
        """Its connections are gone, and the group was not told."""
        assert isinstance(member, KafkaConsumer)
        member._member.client.close(autocommit=False)

    def let_leases_end(self, group: str) -> None:
        admin = self.open().admin()
        patience = Patience()
        while admin.members(group):
            patience.check(f"{group} still has members")
            time.sleep(PAUSE)

    def trim(self, topic: str, first: int) -> None:
        with admin_of(self.address) as client:
            client.delete_records({TopicPartition(topic, 0): first})


@contextmanager
def admin_of(address: str) -> Iterator[KafkaAdminClient]:
    """An admin client of the library."""
    client = KafkaAdminClient(bootstrap_servers=address)
    try:
        yield client
    finally:
        client.close()


def wipe(address: str) -> None:
    """Nobody's groups and topics are on the broker any more."""
    with admin_of(address) as client:
        groups = [group["group_id"] for group in client.list_groups()]
        for group, found in client.describe_groups(groups).items() if groups else ():
            names = [member["group_instance_id"] for member in found["members"]]
            if names:
                dead = [MemberToRemove(group_instance_id=name) for name in names]
                client.remove_group_members(group, dead)
        if groups:
            client.delete_groups(groups)
        if names := _topics(client):
            client.delete_topics(names)
        patience = Patience()
        while _topics(client):
            patience.check("topics are left")
            time.sleep(PAUSE)


def _topics(client: KafkaAdminClient) -> list[str]:
    return [name for name in client.list_topics() if not name.startswith("__")]
