"""Making topics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import TopicAlreadyExistsError, for_code

from common.log.kafka.options import MAX_MESSAGE_BYTES
from common.log.port import TopicSpec

DAY_MS = 24 * 3600 * 1000


def make_topics(client: KafkaAdminClient, topics: Sequence[TopicSpec]) -> None:
    """The topics exist and have leaders, whoever else makes them at the same time."""
    names = [topic.name for topic in topics]
    if not names:
        return
    known = {
        topic["name"] for topic in client.describe_topics(names) if topic["partitions"]
    }
    missing = {topic.name: _made(topic) for topic in topics if topic.name not in known}
    if missing:
        made = client.create_topics(missing, raise_errors=False)
        for topic in made["topics"]:
            error = for_code(topic["error_code"])
            if topic["error_code"] and error is not TopicAlreadyExistsError:
                raise error(f"{topic['name']}: {topic['error_message']}")
    client.wait_for_topics(names)


def _made(topic: TopicSpec) -> dict[str, Any]:
    return {
        "num_partitions": topic.partitions,
        "replication_factor": topic.replication or -1,
        "configs": settings_of(topic),
    }


def settings_of(topic: TopicSpec) -> dict[str, str]:
    """The topic's settings as Kafka names them."""
    configs = {
        "cleanup.policy": "delete",
        "max.message.bytes": str(MAX_MESSAGE_BYTES),
        # -1 is Kafka's word for ever.
        "retention.ms": str(topic.retention_ms or -1),
        "retention.bytes": str(topic.retention_bytes or -1),
        # Only whole segments are deleted: one a day at least, so that little outlives
        # its time.
        "segment.ms": str(min(topic.retention_ms or DAY_MS, DAY_MS)),
    }
    if topic.replication > 1:
        # One replica may be away without stopping anything; two copies are certain.
        configs["min.insync.replicas"] = str(max(topic.replication - 1, 1))
    return configs
