"""Four services, one log, one clock and a scheduler whose seed decides everything.

The handlers, bridges, outboxes and databases are the real ones; only processes, the
way of the messages and time are simulated. The same seed gives the same history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.db import DatabaseError

from common import clock, faults, identity
from common.contracts import topics
from common.log.memory import MemoryLog
from common.log.port import TopicSpec
from common.messaging import redrive, relay
from common.messaging.bridge import Bridge
from common.messaging.service import Service
from common.recovery import services as recovery
from common.storage.database import database_set_to
from inventory_svc import settings as inventory_settings
from inventory_svc.stock import handlers as stock_handlers
from orchestrator_svc import settings as orchestrator_settings
from orchestrator_svc.engine import handlers as engine_handlers
from orchestrator_svc.engine import recovered as recovered_sagas
from orchestrator_svc.engine import services as engine_services
from order_svc import settings as order_settings
from order_svc.orders import handlers as order_handlers
from order_svc.orders import recovered as recovered_orders
from order_svc.orders import services as order_services
from payment_svc import settings as payment_settings
from payment_svc.payments import gateway, recovering
from payment_svc.payments import handlers as payment_handlers
from payment_svc.payments.settlement import awaited, settle
from payment_svc.payments.settlement.claim import due
from tests.simulation.faults import Crashed, Faults, FaultyPublisher, Line
from tests.simulation.open_ends import OF_SERVICES, OpenEnd, of_messages
from tests.simulation.toss import FakeToss
from tests.simulation.web import payment_service

START = datetime(2026, 1, 1, tzinfo=UTC)
MAX_ROUNDS = 1000

PARTICIPANTS = (
    (order_settings, order_handlers),
    (payment_settings, payment_handlers),
    (inventory_settings, stock_handlers),
    (orchestrator_settings, engine_handlers),
)


class Paying(StrEnum):
    """Through whom the orders of a history are paid."""

    HERE = "the simulator charges all"
    WINDOW = "customers pay at Toss, the simulator charges the rest"
    BILLED = "customers pay at Toss, which charges the rest, too"


# Who hears of payments that are said to be lost, and what they conclude.
RECOVERIES = {
    "order": recovered_orders.conclude,
    "orchestrator": recovered_sagas.conclude,
}


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
    paying: Paying = Paying.HERE
    now: datetime = START
    story: list[str] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    random: Random = field(init=False)
    log: MemoryLog = field(init=False)
    publisher: FaultyPublisher = field(init=False)
    toss: FakeToss = field(init=False)
    bystander: Callable[[], None] = field(default=lambda: None)
    _is_calling: bool = False

    def __post_init__(self) -> None:
        """Make the topics and start the four workers."""
        self.random = Random(self.seed)  # noqa: S311
        self.log = MemoryLog(clock=self._seconds)
        specs = [TopicSpec(name=name, partitions=2) for name in topics.ALL_TOPICS]
        self.log.admin().ensure_topics(specs)
        self.publisher = FaultyPublisher(self.log.publisher(), self.faults, self.random)
        self.toss = FakeToss(
            now=lambda: self.now,
            random=self.random,
            line=Line(self.faults.line),
            wait=self._wait,
            meanwhile=self._meanwhile,
        )
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
            if service == "payment":
                self._enter_payment(stack)
            yield

    def calm(self) -> None:
        """From here on nothing goes wrong any more."""
        self.publisher.faults = Faults()
        self.toss.line.trouble = 0.0

    def faults_on(self) -> None:
        """Things go wrong again."""
        self.publisher.faults = self.faults
        self.toss.line.trouble = self.faults.line

    def step(self) -> None:
        """One thing happens, which one is the seed's choice."""
        self.now += timedelta(milliseconds=self.random.randrange(1, 50))
        if self.paying is not Paying.HERE and self.random.random() < 0.3:
            self._step_of_toss()
            return
        action = self.random.choices(
            (self._poll, self._relay, self._late, self._sweep), (10, 5, 2, 1)
        )[0]
        action(self.random.choice(tuple(self.nodes)))

    def settle(self) -> None:
        """Let the history end: no more faults, and time until all is quiet."""
        self.calm()
        for _ in range(MAX_ROUNDS):
            if self.drain():
                continue
            open_ends = self.open_ends()
            if not open_ends:
                return
            self._let_time_pass(open_ends)
            for name in self.nodes:
                self._sweep(name)
        names = [end.name for end in self.open_ends()]
        raise AssertionError(
            "\n".join([f"seed {self.seed}: never quiet: {names}", *self.story])
        )

    def open_ends(self) -> list[OpenEnd]:
        """What must still happen; nothing, where all is quiet."""
        found = [OpenEnd(f"late {record.topic}") for record in self.publisher.late]
        found += [OpenEnd(call.key, call.arrives) for call in self.toss.late]
        for name, of_service in OF_SERVICES.items():
            with self.within(name):
                found += [*of_service(), *of_messages()]
        return found

    def _let_time_pass(self, open_ends: Sequence[OpenEnd]) -> None:
        """On to where something wakes, and a little further, so that some do at once.

        Where all is over, and is only looked at again, on to the last of these looks.
        """
        wakes = [end.wakes_at for end in open_ends if end.wakes_at]
        is_over = all(end.is_over for end in open_ends)
        next_at = (max if is_over else min)(wakes, default=self.now)
        self.now = max(self.now, next_at) + timedelta(seconds=5)

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

    def _enter_payment(self, stack: ExitStack) -> None:
        """Toss is the history's, faults are drawn, and nobody waits in real time."""
        at_toss = self.paying is not Paying.HERE
        billed = self.paying is Paying.BILLED
        stack.enter_context(gateway.remote_set_to(self.toss if at_toss else None))
        stack.enter_context(faults.reached_by(self._reached))
        for owner, name, instead in (
            (gateway, "auto_is_remote", lambda: billed),
            (awaited, "wait_until", lambda payment_id, is_so, seconds: is_so()),
            (relay, "process_publisher", lambda: self.publisher),
        ):
            stack.enter_context(patch.object(owner, name, instead))

    def _reached(self, point: str) -> bool:
        """A point in the payment's code: crash there, or fail, or neither."""
        if not point.startswith("payment.") or point == "payment.decline":
            return False
        self.publisher.maybe_crash(point)
        return self.random.random() < self.publisher.faults.unsaved

    def _wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def _meanwhile(self) -> None:
        """A call to Toss is under way: others act, in other processes."""
        if self._is_calling or self.random.random() < 0.5:
            return
        self._is_calling = True
        try:
            for _ in range(self.random.randrange(1, 5)):
                self.step()
                self.bystander()
        finally:
            self._is_calling = False

    def _step_of_toss(self) -> None:
        self.toss.deliver_late()
        what = self.random.choices(("settle", "hint", "recover"), (3, 1, 1))[0]
        if what == "settle":
            self._settle_payments()
        elif what == "hint":
            self._hint()
        else:
            self._recover(self.random.choice(tuple(RECOVERIES)))

    def _settle_payments(self) -> bool:
        """The payment worker's settlement, of what is due now."""
        with self.within("payment"):
            payment_ids = due(self.now, 200)
        self.random.shuffle(payment_ids)
        for payment_id in payment_ids:
            self.survive("payment", partial(settle, payment_id))
        return bool(payment_ids)

    def _hint(self) -> None:
        """A webhook of Toss comes: once, twice, or never, in any order."""
        if not self.toss.hints:
            return
        order_id = self.random.choice(self.toss.hints)
        if self.random.random() < 0.7:
            self.toss.hints.remove(order_id)
        if self.random.random() < 0.7:
            self.survive("payment", lambda: recovering.hinted(order_id))

    def survive(self, service: str, work: Callable[[], Any]) -> Any:
        """What a process does that may die of it, or find that nothing can be saved.

        None where it did; what holds it up is told in the story.
        """
        try:
            with self.within(service):
                return work()
        except (Crashed, DatabaseError, faults.InjectedFault) as trouble:
            self.story.append(f"{self.now.isoformat()} {service}: {trouble}")
            return None

    def _recover(self, name: str) -> bool:
        """A service asks for payments that Toss is said to have made."""
        ensure = payment_service(lambda work: self.survive("payment", work))
        conclude = RECOVERIES[name]
        return bool(self.survive(name, lambda: recovery.run_due(ensure, conclude)))

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

    def drain(self) -> bool:
        """Let all happen that can at this time; False where nothing could."""
        moved = False
        while self.publisher.late:
            self.publisher.deliver_late()
            moved = True
        if self.paying is not Paying.HERE:
            while self.toss.deliver_late():
                moved = True
            moved = self._settle_payments() or moved
            for name in RECOVERIES:
                moved = self._recover(name) or moved
        for name in self.nodes:
            moved = self._poll(name) or moved
            moved = self._relay(name) or moved
        return moved
