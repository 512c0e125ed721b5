"""What is published can be read, in order, as it was, or not at all."""

from __future__ import annotations

import random

import pytest

from common.log.port import (
    Consumer,
    Log,
    NewRecord,
    Publisher,
    RecordTooLarge,
    TopicSpec,
    UnknownTopic,
    partition_of,
)
from tests.common.log.site import (
    Site,
    drain,
    is_silent,
    keys_over,
    record,
    values,
)

MEBIBYTE = 1024 * 1024


def test_records_of_a_key_keep_their_order(
    publisher: Publisher, consumer: Consumer
) -> None:
    """Over batches and among other keys, a key's records come as they were sent."""
    keys = keys_over(4)
    for first in (0, 10, 20):
        publisher.publish(
            [record(f"{n}", key) for n in range(first, first + 10) for key in keys]
        )
    came: dict[str, list[int]] = {key: [] for key in keys}
    for each in drain(consumer, 30 * len(keys)):
        came[each.key].append(int(each.value))
    assert came == {key: list(range(30)) for key in keys}


def test_a_key_has_one_partition(publisher: Publisher, consumer: Consumer) -> None:
    """It is the one `partition_of` names; offsets count from 0 in each partition."""
    keys = keys_over(4)
    publisher.publish([record("1", key) for key in keys])
    publisher.publish([record("2", key) for key in keys])
    offsets: dict[int, list[int]] = {}
    for each in drain(consumer, 2 * len(keys)):
        assert each.partition == partition_of(each.key, 4)
        offsets.setdefault(each.partition, []).append(each.offset)
    assert set(offsets) == {0, 1, 2, 3}
    assert all(found == list(range(len(found))) for found in offsets.values())


@pytest.mark.parametrize(
    "sent",
    [
        record(b""),
        record(bytes(range(256))),
        record("empty key", ""),
        record("주문", "주문-키\x00-🛒", 머리="값", quote='"\\', empty=""),
        NewRecord(topic="orders", key="odd", value=b"x", headers={"": "y", "a b": "ä"}),
        record(b"x" * (MEBIBYTE - 1)),
        record(random.Random(7).randbytes(MEBIBYTE - 1)),  # noqa: S311 - no secret
    ],
    ids=[
        *("no value", "every byte", "no key", "unicode", "odd headers"),
        *("1 MiB", "1 MiB that cannot be compressed"),
    ],
)
def test_a_record_comes_as_it_was_sent(
    site: Site, publisher: Publisher, consumer: Consumer, sent: NewRecord
) -> None:
    """Key, value and headers are the same, and the time is that of publishing."""
    site.wall.now = site.start / 1000 + 123.4567
    publisher.publish([sent])
    (came,) = drain(consumer, 1)
    assert (came.topic, came.key, came.value) == (sent.topic, sent.key, sent.value)
    assert dict(came.headers) == dict(sent.headers)
    assert came.timestamp == site.start + 123_456


def test_no_records_are_nothing(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """An empty publish is no error and appends nothing."""
    publisher.publish([])
    assert is_silent(site, consumer)


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (record(b"x" * MEBIBYTE), RecordTooLarge),
        (record("x", h="x" * MEBIBYTE), RecordTooLarge),
        (record("x", topic="nowhere"), UnknownTopic),
    ],
    ids=["large value", "large header", "unknown topic"],
)
def test_a_publish_is_all_or_nothing(
    log: Log, publisher: Publisher, bad: NewRecord, error: type[Exception]
) -> None:
    """A refused record takes the whole batch with it, and the log goes on."""
    with pytest.raises(error):
        publisher.publish([record("before"), bad, record("after")])
    assert {each.next_offset for each in log.admin().partitions()} == {0}
    publisher.publish([record("next")])
    (found,) = log.admin().read("orders", partition_of("k", 4), 0)
    assert found.value == b"next"


def test_errors_say_what_to_do(publisher: Publisher) -> None:
    """The sentence names the topic, the size and the remedy."""
    with pytest.raises(UnknownTopic, match="no topic 'nowhere'; make it with ensure"):
        publisher.publish([record("x", topic="nowhere")])
    with pytest.raises(RecordTooLarge, match=r"has 1048577 bytes; .* at most 1048576"):
        publisher.publish([record(b"x" * MEBIBYTE)])


def test_a_topic_made_later_is_known(site: Site, log: Log) -> None:
    """A publisher that has refused a topic takes it once it exists."""
    publisher = log.publisher()
    with pytest.raises(UnknownTopic):
        publisher.publish([record("x", topic="late")])
    site.open().admin().ensure_topics([TopicSpec(name="late", partitions=1)])
    publisher.publish([record("x", topic="late")])
    assert values(log.admin().read("late", 0, 0)) == ["x"]
