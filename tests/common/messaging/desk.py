"""A tiny service: it answers every command with Done, or fails as it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from common import clock
from common.contracts import topics
from common.contracts.base import Done
from common.contracts.order import CreateOrder, Item
from common.log.memory import MemoryLog
from common.log.port import Log, LogRecord, NewRecord, TopicSpec
from common.messaging import outbound
from common.messaging.bridge import Bridge
from common.messaging.envelope import Inbound, Outbound
from common.messaging.service import Service

NOW = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)
LISTENS_TO = (topics.COMMANDS, topics.ORDER_CREATED)


class Poison(RuntimeError):
    """What a message does that can't be handled."""


@dataclass(slots=True)
class Desk:
    """The service, the log it listens to, and a clock that stands still."""

    now: datetime = NOW
    handled: list[str] = field(default_factory=list)
    poisonous: set[str] = field(default_factory=set)
    outage: Exception | None = None
    answer_bytes: int = 0
    log: Log = field(default_factory=MemoryLog)
    service: Service = field(init=False)
    bridge: Bridge = field(init=False)

    def __post_init__(self) -> None:
        specs = [TopicSpec(name=name, partitions=1) for name in topics.ALL_TOPICS]
        self.log.admin().ensure_topics(specs)
        self.service = Service(name="order", topics=LISTENS_TO, handle=self.handle)
        consumer = self.log.consumer(self.service.group, LISTENS_TO, "desk-1")
        self.bridge = Bridge(self.service, consumer, self.log.publisher())

    def handle(self, batch: Sequence[Inbound], now: datetime) -> list[Outbound]:
        """Answer every command; nothing of the batch where one is poisonous."""
        if self.outage is not None:
            raise self.outage
        for message in batch:
            if message.envelope.message_id in self.poisonous:
                raise Poison(f"{message.envelope.message_id} is poisonous")
        self.handled += [message.envelope.message_id for message in batch]
        answers = [
            outbound.reply_to(message, Done(), service="order", now=now)
            for message in batch
            if message.topic == topics.COMMANDS
        ]
        if self.answer_bytes:
            return [replace(one, value=b"x" * self.answer_bytes) for one in answers]
        return answers

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)

    def put(self, *messages: Outbound) -> None:
        """Publish messages to the log."""
        self.log.publisher().publish([to_record(one) for one in messages])

    def put_raw(
        self, topic: str, value: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        """Publish whatever a foreign producer may publish."""
        record = NewRecord(topic=topic, key="K", value=value, headers=headers or {})
        self.log.publisher().publish([record])

    def turn(self) -> int:
        """One turn of the bridge, and the rest after it."""
        with clock.clock_set_to(lambda: self.now):
            count = self.bridge.run_once(0)
            self.bridge.note_sent()
            return count

    def published(self, topic: str) -> list[LogRecord]:
        """All records of a topic."""
        return list(self.log.admin().read(topic, 0, 0))

    def answers(self) -> list[str]:
        """The commands that were answered, in the order of the answers."""
        records = self.published(topics.REPLIES)
        return [record.headers["ce_causationid"] for record in records]

    def committed(self) -> int:
        """The offset from which commands would be read again."""
        lag = self.log.admin().lag(self.service.group)
        return sum(one.committed for one in lag if one.topic == topics.COMMANDS)


def create_order(message_id: str, order_id: str, *, resend: int = 0) -> Outbound:
    """A CREATE_ORDER command as the orchestrator sends it."""
    item = Item(product_id="PROD001", quantity=1, price=Decimal("9.99"))
    body = CreateOrder(
        customer_id="CUST001", items=(item,), total_amount=Decimal("9.99")
    )
    return outbound.command(
        body,
        command_id=message_id,
        saga_id="SAGA-1",
        order_id=order_id,
        service="orchestrator",
        now=NOW,
        resend=resend,
    )


def to_record(message: Outbound) -> NewRecord:
    """A message as the log takes it."""
    return NewRecord(
        topic=message.topic,
        key=message.key,
        value=message.value,
        headers=message.envelope.headers(),
    )


BARE_COMMAND = (
    b'{"sagaId":"SAGA-9","orderId":"ORD-9","command":"CREATE_ORDER","data":'
    b'{"customerId":"C","items":[{"productId":"P","quantity":1,"price":1.5}],'
    b'"totalAmount":1.5}}'
)
