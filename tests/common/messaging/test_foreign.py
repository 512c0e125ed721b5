"""What a foreign producer may put into the log does no harm, whichever log it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from kafka import KafkaProducer

from common import clock
from common.contracts import topics
from common.log import limits
from common.log.embedded import EmbeddedLog
from common.log.port import NewRecord
from common.messaging.dead_letters import ANNOUNCED_BYTES
from common.messaging.models import DeadLetter, OutboxMessage
from tests.common.log.broker import KafkaSite, wipe
from tests.common.log.site import Patience, closing_all
from tests.common.messaging.desk import BARE_COMMAND, Desk, create_order, to_record

pytestmark = pytest.mark.django_db(transaction=True)

FIVE_MB = 5 * 1024 * 1024
DEAD_LETTERS = topics.dead_letters_of("order")


@pytest.fixture(params=["memory", "embedded", "kafka"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk at each kind of log."""
    if request.param == "memory":
        yield Desk()
    elif request.param == "embedded":
        log = EmbeddedLog(str(tmp_path / "log.db"))
        with closing_all([log]):
            yield Desk(log=log)
    else:
        address = request.getfixturevalue("kafka_broker")
        wipe(address)
        site = KafkaSite(address)
        with closing_all(site.opened):
            yield Desk(log=site.open())


def put(desk: Desk, *records: NewRecord) -> None:
    """As a foreign producer does, who does not keep to our limit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "MAX_RECORD_BYTES", 8 * limits.MAX_RECORD_BYTES)
        desk.log.publisher().publish(records)


def turn_until_read(desk: Desk, count: int) -> None:
    """The bridge takes in so many records."""
    patience, done = Patience(), 0
    with clock.clock_set_to(lambda: desk.now):
        while done < count:
            patience.check(f"{done} of {count} were read")
            done += desk.bridge.run_once(0.1)
        desk.bridge.note_sent()


def record(value: bytes, key: str = "K", **headers: str) -> NewRecord:
    """A command, or what should be one."""
    return NewRecord(topic=topics.COMMANDS, key=key, value=value, headers=headers)


def neighbours() -> Sequence[NewRecord]:
    """Two commands that are in order."""
    return [
        to_record(create_order("S/1", "ORD-1")),
        to_record(create_order("T/1", "ORD-2")),
    ]


def test_a_message_of_five_megabytes_becomes_a_dead_letter(desk: Desk) -> None:
    """Whole in the table, cut in the announcement; what came with it is handled."""
    before, after = neighbours()
    put(desk, before, record(b"x" * FIVE_MB), after)
    turn_until_read(desk, 3)
    assert desk.handled == ["S/1", "T/1"]
    letter = DeadLetter.objects.get()
    assert (letter.status, bytes(letter.value)) == ("DEAD", b"x" * FIVE_MB)
    (announced,) = desk.published(DEAD_LETTERS)
    assert announced.value == b"x" * ANNOUNCED_BYTES
    assert announced.headers["dlq_cut"] == f"{ANNOUNCED_BYTES} of {FIVE_MB} bytes"
    assert announced.headers["dlq_source"] == letter.source
    assert not OutboxMessage.objects.filter(published_at=None).exists()


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ce_id", "i" * FIVE_MB),
        ("ce_correlationid", "c" * 201),
        ("traceparent", "t" * 201),
        ("ce_id", "a\x00b"),
    ],
    ids=["a long id", "a long story", "a long trace", "a null character"],
)
def test_odd_envelopes_become_dead_letters(desk: Desk, header: str, value: str) -> None:
    """What no database would keep, or what would go on into every answer."""
    before, after = neighbours()
    put(desk, before, record(BARE_COMMAND, **{header: value}), after)
    turn_until_read(desk, 3)
    assert desk.handled == ["S/1", "T/1"]
    letter = DeadLetter.objects.get()
    assert letter.status == "DEAD"
    assert letter.error.startswith(f"{header}: ")
    assert "\x00" not in letter.message_id
    (announced,) = desk.published(DEAD_LETTERS)
    assert announced.value == BARE_COMMAND
    assert max(map(len, announced.headers.values())) <= 500


def test_a_key_that_is_no_text_is_kept_as_far_as_it_goes(desk: Desk) -> None:
    """A database without null characters takes the letter all the same."""
    put(desk, record(b"{", key="k\x00" + "k" * 200))
    turn_until_read(desk, 1)
    assert DeadLetter.objects.get().message_key == "k\ufffd" + "k" * 98


def test_an_answer_too_large_for_the_log_is_the_senders_fault(desk: Desk) -> None:
    """Its message is set apart, and the outbox is not blocked for ever."""
    desk.answer_bytes = limits.MAX_RECORD_BYTES
    put(desk, *neighbours())
    turn_until_read(desk, 2)
    assert {letter.status for letter in DeadLetter.objects.all()} == {"RETRYING"}
    assert not OutboxMessage.objects.exists()


def test_bytes_that_are_no_text_are_read(kafka_broker: str) -> None:
    """Keys and headers of any bytes, and records that have none, or no value."""
    wipe(kafka_broker)
    site = KafkaSite(kafka_broker)
    with closing_all(site.opened):
        desk = Desk(log=site.open())
        producer = KafkaProducer(bootstrap_servers=kafka_broker)
        odd = [("ce_type", b"\xff\xfe")]
        producer.send(topics.COMMANDS, key=b"\xff\x00", value=b"\x80", headers=odd)
        producer.send(topics.COMMANDS, key=b"tombstone", value=None)
        producer.send(topics.COMMANDS, key=None, value=BARE_COMMAND)
        producer.close()
        turn_until_read(desk, 3)
        assert desk.handled == ["orchestrator.saga/0/2"]
        assert DeadLetter.objects.count() == 2
