"""A broker that dies under load takes nothing with it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from common.log.kafka import KafkaLog, Options
from common.log.kafka.options import Timing
from common.log.port import Consumer, LogUnavailable, NewRecord, Publisher, TopicSpec
from compose.infra.backbone import Infra
from tests.common.log.kafka.litter import LITTER, collected
from tests.common.log.site import PAUSE, record, values

pytestmark = LITTER
TOPIC = TopicSpec(name="orders", partitions=4)
# Of its own, for the load takes every record for one of its numbers.
DEATHS = TopicSpec(name="deaths", partitions=4)
KEYS = 9
PATIENCE = 60.0
ResultT = TypeVar("ResultT")


@pytest.fixture(autouse=True)
def no_litter() -> Iterator[None]:
    """What this module leaves behind is collected here, where it may be."""
    with collected():
        yield


def kill(infra: Infra) -> None:
    """kill -9, and return when the next broker serves."""
    killed = infra.pid_of("kafka")
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: infra.status()[0].pid not in {None, killed})
    infra.wait_healthy()


def wait_for(condition: Callable[[], bool]) -> None:
    """It holds, or time is up."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(PAUSE)


@contextmanager
def opened(infra: Infra, timing: Timing | None = None) -> Iterator[KafkaLog]:
    """A log on that broker."""
    server = infra.kafka.url.removeprefix("kafka://")
    log = KafkaLog(Options(servers=(server,), timing=timing or Timing()))
    try:
        yield log
    finally:
        log.close()


class Load(threading.Thread):
    """Does one thing again and again until it is stopped; what it raises is kept."""

    def __init__(self, turn: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._turn = turn
        self._stopping = threading.Event()
        self.outages = 0
        self.error: Exception | None = None

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except LogUnavailable:
                self.outages += 1
            except Exception as error:  # noqa: BLE001 - told to who waits
                self.error = error
                return

    def stop(self) -> None:
        """It has ended, and well."""
        self._stopping.set()
        self.join(PATIENCE)
        assert not self.is_alive()
        assert self.error is None


class Sender:
    """Publishes numbered batches; one that failed is published again, as ours are."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self.done = 0

    def turn(self) -> None:
        first = self.done
        self._publisher.publish([numbered(n) for n in range(first, first + 5 * KEYS)])
        self.done = first + 5 * KEYS


def numbered(n: int) -> NewRecord:
    """The record of that number."""
    return record(f"{n}", f"key-{n % KEYS}", DEATHS.name)


class Receiver:
    """Reads and commits; what an outage interrupted is read again, as ours is."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer
        self.numbers: dict[str, list[int]] = {}
        self.seen: set[int] = set()

    def turn(self) -> None:
        try:
            for each in self._consumer.poll(0.5):
                number = int(each.value)
                if number not in self.seen:  # the inbox
                    self.seen.add(number)
                    self.numbers.setdefault(each.key, []).append(number)
            self._consumer.commit()
        except LogUnavailable:
            self._consumer.rewind()
            raise


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_three_deaths_of_the_broker_lose_nothing(mortal: Infra) -> None:
    """What was acknowledged is read, and each key in its order."""
    with opened(mortal, Timing(publish=4.0, request=3.0)) as log:
        log.admin().ensure_topics([DEATHS])
        sender = Sender(log.publisher())
        receiver = Receiver(log.consumer("group", [DEATHS.name], "a"))
        sending, receiving = Load(sender.turn), Load(receiver.turn)
        sending.start()
        receiving.start()
        for _ in range(3):
            wait_until_more(receiver.seen, sending, receiving)
            kill(mortal)
        before = sender.done
        wait_for(lambda: sender.done > before)
        sending.stop()
        wait_for(lambda: len(receiver.seen) >= sender.done)
        receiving.stop()
        assert receiver.seen == set(range(len(receiver.seen)))
        for numbers in receiver.numbers.values():
            assert numbers == sorted(numbers)


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_a_broker_that_is_away_is_told_of_in_time(mortal: Infra) -> None:
    """By publish, poll and admin; the same objects go on when it is back."""
    with opened(mortal, Timing(publish=3.0, request=2.0, connect=1.0)) as log:
        log.admin().ensure_topics([TOPIC])
        publisher = log.publisher()
        consumer = log.consumer("away", ["orders"], "a")
        publisher.publish([record("before", "away")])
        while not (came := [one for one in consumer.poll(1) if one.key == "away"]):
            consumer.commit()
        assert values(came) == ["before"]
        consumer.commit()
        with stopped(mortal):
            for act in (
                lambda: publisher.publish([record("lost?", "away")]),
                log.admin().ping,
                lambda: log.admin().lag("away"),
                lambda: poll_until_told(consumer),
            ):
                began = time.monotonic()
                with pytest.raises(LogUnavailable, match=r"cannot be|not answered"):
                    act()
                assert time.monotonic() - began < 8
        soon(lambda: publisher.publish([record("after", "away")]))
        soon(log.admin().ping)
        came, end = [], time.monotonic() + PATIENCE / 2
        while not came:
            assert time.monotonic() < end, f"nothing comes: {consumer.assignment()}"
            came = soon(lambda: [*consumer.poll(1)])
        assert values(came)[-1] == "after"


def soon(act: Callable[[], ResultT]) -> ResultT:
    """What it returns once the log is there again: tried until then, as ours do."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except LogUnavailable:
            assert time.monotonic() < end, "the log does not come back"


def wait_until_more(seen: Collection[int], *loads: Load) -> None:
    """Five hundred more have come, and who brings them is well."""
    enough = len(seen) + 500
    wait_for(lambda: len(seen) > enough or any(load.error for load in loads))
    assert [load.error for load in loads] == [None] * len(loads)


def poll_until_told(consumer: Consumer) -> None:
    """Poll as the bridge does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        consumer.poll(1)


@contextmanager
def stopped(infra: Infra) -> Iterator[None]:
    """No broker runs meanwhile."""
    infra.down(["kafka"])
    try:
        yield
    finally:
        infra.up(["kafka"])


def test_a_broker_that_was_never_there_is_told_of() -> None:
    """Nothing hangs, and no thread is left behind."""
    threads = threading.active_count()
    nobody = Options(servers=("127.0.0.1:1",), timing=Timing(connect=0.3))
    log = KafkaLog(nobody)
    publisher = log.publisher()  # waits for nobody: a web process makes one at once
    for act in (
        lambda: publisher.publish([record("x")]),
        lambda: log.consumer("group", ["orders"], "a"),
        log.admin().ping,
    ):
        with pytest.raises(LogUnavailable, match="Check that the brokers of LOG_URL"):
            act()
    log.close()
    assert threading.active_count() == threads
