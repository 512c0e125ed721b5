"""Four services, one log, one clock and a scheduler whose seed decides everything.

The handlers, bridges, outboxes and databases are the real ones; only processes, the
way of the messages and time are simulated. The same seed gives the same history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from common import clock, identity
from common.contracts import topics
from common.log.memory import MemoryLog
from common.log.port import TopicSpec
from common.messaging import redrive, relay
from common.messaging.bridge import Bridge
from common.messaging.models import DeadLetter, OutboxMessage
from common.messaging.service import Service
from common.saga import Phase
from common.storage.database import database_set_to
from inventory_svc import settings as inventory_settings
from inventory_svc.stock import handlers as stock_handlers
from orchestrator_svc import settings as orchestrator_settings
from orchestrator_svc.engine import handlers as engine_handlers
from orchestrator_svc.engine import services as engine_services
from orchestrator_svc.engine.models import SagaInstance
from order_svc import settings as order_settings
from order_svc.orders import handlers as order_handlers
from order_svc.orders import services as order_services
from payment_svc import settings as payment_settings
from payment_svc.payments import handlers as payment_handlers
from tests.simulation.faults import Crashed, Faults, FaultyPublisher

START = datetime(2026, 1, 1, tzinfo=UTC)
MAX_ROUNDS = 4000

PARTICIPANTS = (
    (order_settings, order_handlers),
    (payment_settings, payment_handlers),
    (inventory_settings, stock_handlers),
    (orchestrator_settings, engine_handlers),
)


@dataclass(slots=True)
class Node:
    """One service's worker process; a crash replaces its bridge, not its database."""

    service: Service
    bridge: Bridge
    crashes: int = 0


@dataclass(slots=True)
class World:
    """A history in the making: act on it, then `settle` it and look at the books."""

    seed: int
    faults: Faults
    now: datetime = START
    story: list[str] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    random: Random = field(init=False)
    log: MemoryLog = field(init=False)
    publisher: FaultyPublisher = field(init=False)

    def __post_init__(self) -> None:
        """Make the topics and start the four workers."""
        self.random = Random(self.seed)  # noqa: S311
        self.log = MemoryLog(clock=self._seconds)
        specs = [TopicSpec(name=name, partitions=2) for name in topics.ALL_TOPICS]
        self.log.admin().ensure_topics(specs)
        self.publisher = FaultyPublisher(self.log.publisher(), self.faults, self.random)
        for settings, handlers in PARTICIPANTS:
            service = Service(
                name=settings.SERVICE_NAME,
                topics=tuple(settings.SERVICE_TOPICS),
                handle=handlers.handle,
            )
            self.nodes[service.name] = Node(service, self._boot(service))

    @contextmanager
    def within(self, service: str) -> Iterator[None]:
        """Run as this service: its database, the simulated time, no relay thread."""
        with ExitStack() as stack:
            stack.enter_context(database_set_to(service))
            stack.enter_context(clock.clock_set_to(lambda: self.now))
            stack.enter_context(identity.ids_drawn_from(self._draw_id))
            stack.enter_context(relay.relay_set_to(lambda rows: None))
            yield

    def calm(self) -> None:
        """From here on nothing goes wrong any more."""
        self.publisher.faults = Faults()

    def faults_on(self) -> None:
        """Things go wrong again."""
        self.publisher.faults = self.faults

    def step(self) -> None:
        """One thing happens, which one is the seed's choice."""
        self.now += timedelta(milliseconds=self.random.randrange(1, 50))
        action = self.random.choices(
            (self._poll, self._relay, self._late, self._sweep), (10, 5, 2, 1)
        )[0]
        action(self.random.choice(tuple(self.nodes)))

    def settle(self) -> None:
        """Let the history end: no more faults, and time until all is quiet."""
        self.calm()
        for _ in range(MAX_ROUNDS):
            moved = self._drain()
            if not moved:
                if self.quiet():
                    return
                self.now += timedelta(seconds=5)
                for name in self.nodes:
                    self._sweep(name)
        raise AssertionError(f"seed {self.seed}: never quiet: {self.loose_ends()}")

    def quiet(self) -> bool:
        """True when nothing is left to happen."""
        return not self.loose_ends()

    def loose_ends(self) -> list[str]:
        """What is still open, by name."""
        found = [f"late {record.topic}" for record in self.publisher.late]
        with self.within("orchestrator"):
            ends = [p.value for p in Phase if p.ended]
            sagas = SagaInstance.objects.exclude(phase__in=ends)
            found += [f"{saga.saga_id} {saga.status}" for saga in sagas]
        with self.within("order"):
            found += open_orders()
        for name in self.nodes:
            with self.within(name):
                rows = OutboxMessage.objects.filter(published_at__isnull=True)
                found += [f"{name} outbox {row.message_id}" for row in rows]
                open_letters = DeadLetter.objects.filter(
                    status__in=("RETRYING", "HELD")
                )
                found += [f"{name} letter {row.message_id}" for row in open_letters]
        return found

    def act(self, service: str, what: str, action: Callable[[], Any]) -> Any:
        """Something a client does, told in the story."""
        self.story.append(f"{self.now.isoformat()} {what}")
        with self.within(service):
            return action()

    def _seconds(self) -> float:
        return self.now.timestamp()

    def _draw_id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def _boot(self, service: Service) -> Bridge:
        consumer = self.log.consumer(service.group, service.topics, service.name)
        return Bridge(
            service, consumer, self.publisher, checkpoint=self.publisher.maybe_crash
        )

    def _poll(self, name: str) -> bool:
        node = self.nodes[name]
        count = self.random.choice((1, 2, 5, 50))
        return self._survive(node, lambda: node.bridge.run_once(0, count)) > 0

    def _relay(self, name: str) -> bool:
        node = self.nodes[name]
        return self._survive(node, lambda: relay.sweep(self.publisher, relay.NOW)) > 0

    def _late(self, name: str) -> None:
        self.publisher.deliver_late()

    def _sweep(self, name: str) -> None:
        node = self.nodes[name]
        self._survive(node, lambda: self._sweeps(node))

    def _sweeps(self, node: Node) -> int:
        if node.service.name == "orchestrator":
            engine_services.expire(self.now)
        if node.service.name == "order":
            order_services.resend_stuck(self.now)
        letters = redrive.due(self.now)
        _, sent = redrive.redrive(node.service, letters)
        relay.publish(self.publisher, sent)
        return relay.sweep(self.publisher, relay.NOW)

    def _survive(self, node: Node, work: Callable[[], int]) -> int:
        try:
            with self.within(node.service.name):
                return work()
        except Crashed as crash:
            node.crashes += 1
            self.story.append(f"{self.now.isoformat()} {node.service.name}: {crash}")
            node.bridge = self._boot(node.service)
            return 1

    def _drain(self) -> bool:
        moved = False
        while self.publisher.late:
            self.publisher.deliver_late()
            moved = True
        for name in self.nodes:
            moved = self._poll(name) or moved
            moved = self._relay(name) or moved
        return moved


def open_orders() -> list[str]:
    """Choreographed orders that have not come to an end."""
    from order_svc.orders.models import Order

    open_statuses = ("PENDING", "PAYMENT_COMPLETED", "CANCELLING")
    rows = Order.objects.filter(status__in=open_statuses)
    return [f"{row.order_id} {row.mode} {row.status}" for row in rows]
