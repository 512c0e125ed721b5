"""Many processes on one log file."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from common.log.embedded import EmbeddedLog
from common.log.port import LogRecord
from tests.common.log.processes import Actors
from tests.common.log.site import record, values

Triple = tuple[int, int, str]


def lag(log: EmbeddedLog) -> int:
    """The records not yet committed, over all partitions."""
    return sum(each.lag for each in log.admin().lag("group"))


def wait_for_no_lag(log: EmbeddedLog) -> None:
    """Everything is committed soon."""
    end = time.monotonic() + 20
    while lag(log):
        assert time.monotonic() < end, f"{lag(log)} records are left"
        time.sleep(0.02)


def test_nothing_is_lost_or_doubled(log: EmbeddedLog, actors: Actors) -> None:
    """Three processes publish, two consume: each record once, partitions in order."""
    readers = [actors.start("consume", name) for name in ("a", "b")]
    writers = [actors.start("publish", name, "40", "20") for name in ("x", "y", "z")]
    for writer in writers:
        writer.tell()
    for writer in writers:
        assert len(writer.stop()) == 40
    wait_for_no_lag(log)
    heard = [[as_triple(line) for line in reader.stop()] for reader in readers]
    assert all(heard), "both had a share"
    assert sorted(value for each in heard for _, _, value in each) == sorted(
        f"{name}:{batch}:{n}"
        for name in "xyz"
        for batch in range(40)
        for n in range(20)
    )
    for each in heard:
        for partition in range(8):
            offsets = [offset for number, offset, _ in each if number == partition]
            assert offsets == sorted(offsets)


def as_triple(line: list[str]) -> Triple:
    """Partition, offset and value."""
    partition, offset, value = line
    return int(partition), int(offset), value


def test_a_killed_publisher_leaves_whole_batches(
    log: EmbeddedLog, actors: Actors
) -> None:
    """What it was told to be done is there; nothing is half there; the log goes on."""
    chance = random.Random(7)  # noqa: S311
    for round_ in range(5):
        name = f"round{round_}"
        writer = actors.start("publish", name, "100000", "30")
        writer.tell()
        said = [writer.next() for _ in range(chance.randrange(1, 40))]
        time.sleep(chance.random() * 0.003)  # anywhere in a transaction
        said += writer.kill()
        found = batches_of(log, name)
        assert found == dict.fromkeys(range(len(found)), 30)
        assert len(said) <= len(found) <= len(said) + 1
    log.publisher().publish([record("after")])


def batches_of(log: EmbeddedLog, name: str) -> dict[int, int]:
    """How many records of each batch a fresh reader finds."""
    found: dict[int, int] = {}
    for info in log.admin().partitions():
        read = log.admin().read(info.topic, info.partition, 0, 10**6)
        assert [each.offset for each in read] == list(range(info.next_offset))
        for value in values(read):
            writer, batch, _ = value.split(":")
            if writer == name:
                found[int(batch)] = found.get(int(batch), 0) + 1
    return dict(sorted(found.items()))


def test_a_publish_wakes_a_waiting_process(log: EmbeddedLog, actors: Actors) -> None:
    """A poll of five seconds returns within milliseconds of another's publish."""
    consumer = log.consumer("group", ["orders"], "a")
    consumer.poll(0)
    writer = actors.start("publish", "x", "1", "1")
    writer.tell()
    (came,) = consumer.poll(5)
    arrived = time.monotonic()
    assert came.value == b"x:0:0"
    _, published = writer.next()
    assert arrived - float(published) < 0.2


@pytest.mark.slow
def test_a_killed_members_partitions_are_taken_over(
    path: Path, log: EmbeddedLog, actors: Actors
) -> None:
    """On the real clock, as soon as its lease is over."""
    log.publisher().publish([record(f"{n}", f"{n}") for n in range(64)])
    reader = actors.start("consume", "b")
    for _ in range(64):
        reader.next()
    wait_for_no_lag(log)
    reader.kill()
    heir = log.consumer("group", ["orders"], "c")
    log.publisher().publish([record("after")])
    began = time.monotonic()
    came: list[LogRecord] = []
    while not came and time.monotonic() - began < 10:
        came = list(heir.poll(10))
    assert values(came) == ["after"]
    assert time.monotonic() - began < 5.5


def test_a_member_that_leaves_wakes_its_heir(log: EmbeddedLog, actors: Actors) -> None:
    """The other need not look by itself to notice."""
    reader = actors.start("consume", "a")
    consumer = log.consumer("group", ["orders"], "b")
    end = time.monotonic() + 5
    while len(consumer.assignment()) < 4:
        assert time.monotonic() < end
        consumer.poll(0.1)
    reader.stop()
    began = time.monotonic()
    consumer.poll(0.2)
    assert len(consumer.assignment()) == 8
    assert time.monotonic() - began < 0.5
