"""How topics are made on the brokers."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from common.log.kafka.topics import settings_of
from common.log.port import LogError, TopicSpec
from tests.common.log.broker import KafkaSite, admin_of

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS


def test_many_make_the_same_topics_at_once(site: KafkaSite) -> None:
    """As eight processes do that start together: all go on, and find them."""
    specs = [TopicSpec(name=f"t{n}", partitions=3) for n in range(4)]
    logs = [site.open() for _ in range(8)]
    found: list[int] = []

    def make(log: Any) -> None:
        log.admin().ensure_topics(specs)
        found.append(len(log.admin().partitions()))

    threads = [threading.Thread(target=make, args=(log,)) for log in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [12] * 8


def test_a_topic_has_what_was_asked_for(site: KafkaSite) -> None:
    """Asked of the broker itself."""
    spec = TopicSpec(
        name="kept", partitions=3, retention_ms=2 * DAY_MS, retention_bytes=10**9
    )
    site.open().admin().ensure_topics([spec])
    with admin_of(site.address) as client:
        asked = [ConfigResource(ConfigResourceType.TOPIC, "kept")]
        (found,) = client.describe_configs(asked)["topic"].values()
    told = {name: each["value"] for name, each in found.items()}
    assert told.items() >= settings_of(spec).items()


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            TopicSpec(name="t", retention_ms=0),
            {"retention.ms": "-1", "retention.bytes": "-1", "segment.ms": f"{DAY_MS}"},
        ),
        (
            TopicSpec(name="t", retention_ms=HOUR_MS),
            {"retention.ms": f"{HOUR_MS}", "segment.ms": f"{HOUR_MS}"},
        ),
        (TopicSpec(name="t", replication=2), {"min.insync.replicas": "1"}),
        (TopicSpec(name="t", replication=3), {"min.insync.replicas": "2"}),
    ],
    ids=["for ever", "an hour", "two copies", "three copies"],
)
def test_settings_follow_from_the_spec(
    spec: TopicSpec, expected: dict[str, str]
) -> None:
    """0 is for ever; all copies but one must be there for a publish."""
    assert settings_of(spec).items() >= expected.items()


def test_without_a_number_of_copies_the_brokers_decide() -> None:
    """Nothing is asked of them."""
    assert "min.insync.replicas" not in settings_of(TopicSpec(name="t"))


def test_more_copies_than_brokers_are_refused(site: KafkaSite) -> None:
    """By the broker, whose sentence is passed on."""
    with pytest.raises(LogError, match=r"t: .*replication factor"):
        site.open().admin().ensure_topics([TopicSpec(name="t", replication=3)])
