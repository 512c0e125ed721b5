"""Recoveries from the first word of a payment to what became of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from common import clock
from common.contracts import topics
from common.contracts.payment import PaymentProcessed
from common.messaging.envelope import Envelope, Outbound
from common.messaging.models import OutboxMessage
from common.messaging.relay import relay_set_to
from common.recovery import client, doorbell, services, tasks
from common.recovery.claim import refusal_of
from common.recovery.client import Finding, NotTaken
from common.recovery.metrics import recovery_gauges
from common.recovery.models import Recovery
from common.storage.transactions import run_atomically
from common.web import peers
from common.web.peers import NoAnswer
from tests.common.recovery.rows import NOW, REFUSAL, heard

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = timedelta(seconds=1)
PAID = PaymentProcessed(payment_id="PAY-1")
AWAY = NoAnswer("payment", "refused")


@dataclass
class Bench:
    """A payment service that answers by plan, the time, and what followed."""

    now: datetime = NOW
    plan: list[Finding | BaseException] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    concluded: list[tuple[str, Finding]] = field(default_factory=list)
    rung: int = 0

    def ensure(self, row: Recovery) -> Finding:
        self.asked.append(row.recovery_id)
        answer = self.plan.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def conclude(
        self, row: Recovery, finding: Finding, now: datetime
    ) -> Sequence[Outbound]:
        self.concluded.append((row.recovery_id, finding))
        return [_message(row)]

    def begin(self, *numbers: int, **fields: Any) -> int:
        """Hear of these payments."""
        said = [heard(number, **fields) for number in numbers or (1,)]
        return run_atomically(lambda: services.begin(said, self.now))

    def run(self, *plan: Finding | BaseException) -> int:
        """Do what is due; this is what the payment service answers."""
        self.plan = list(plan)
        done = services.run_due(self.ensure, self.conclude)
        assert self.plan == []
        return done

    def ring(self) -> None:
        self.rung += 1


def _message(row: Recovery) -> Outbound:
    envelope = Envelope(
        message_id=f"{row.recovery_id}/follows",
        type="x",
        source="/here",
        time="",
        subject=row.order_id,
        correlation_id=row.order_id,
        causation_id=row.caused_by,
    )
    return Outbound(
        envelope=envelope, topic=topics.COMMANDS, key=row.order_id, value=b"{}"
    )


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Everything stands still until the test moves it."""
    bench = Bench()
    with (
        clock.clock_set_to(lambda: bench.now),
        doorbell.bell_set_to(bench.ring),
        relay_set_to(lambda rows: None),
    ):
        yield bench


def stored(number: int = 1) -> Recovery:
    """The recovery as it stands."""
    return Recovery.objects.get(recovery_id=f"SAGA-{number}/2")


class TestBegin:
    """begin()."""

    def test_stores_who_and_what_and_rings(self, bench: Bench) -> None:
        """It is due at once."""
        assert bench.begin(attempt=2) == 1
        row = stored()
        assert (row.order_id, row.saga_id, row.customer_id, row.attempt) == (
            "ORD-1",
            "SAGA-1",
            "CUST-1",
            2,
        )
        assert (row.status, row.tries, row.next_try_at) == ("WAITING", 0, NOW)
        assert refusal_of(row) == REFUSAL
        assert bench.rung == 1

    def test_a_payment_that_is_known_is_not_begun_again(self, bench: Bench) -> None:
        """Neither in one unit nor later, nor when it is concluded."""
        assert bench.begin(1, 1) == 1
        bench.run(PAID)
        assert bench.begin(1, 2) == 1
        assert stored().status == "ENSURED"

    def test_nothing_heard_costs_nothing(self, bench: Bench) -> None:
        """This is on the way of every batch."""
        with CaptureQueriesContext(connection) as queries:
            assert services.begin([], NOW) == 0
        assert (len(queries), bench.rung) == (0, 0)


class TestRunDue:
    """run_due()."""

    def test_what_is_found_is_kept_with_what_follows(self, bench: Bench) -> None:
        """In one transaction; nobody asks again."""
        bench.begin()
        assert bench.run(PAID) == 1
        row = stored()
        assert (row.status, row.tries, row.next_try_at) == ("ENSURED", 1, None)
        assert bench.concluded == [("SAGA-1/2", PAID)]
        assert OutboxMessage.objects.get().message_id == "SAGA-1/2/follows"
        assert bench.run() == 0

    def test_a_payment_that_cannot_be_is_refused(self, bench: Bench) -> None:
        """And says why."""
        bench.begin()
        assert bench.run(REFUSAL) == 1
        assert (stored().status, stored().error) == ("REFUSED", "not saved")
        assert bench.concluded == [("SAGA-1/2", REFUSAL)]

    def test_silence_is_asked_again_ever_more_slowly(self, bench: Bench) -> None:
        """1 s, 2 s, 4 s ... 60 s, for ever; no person is needed for it."""
        bench.begin()
        pauses = []
        for _ in range(9):
            bench.run(AWAY)
            row = stored()
            assert row.next_try_at is not None
            pauses.append((row.next_try_at - bench.now) // SECONDS)
            bench.now = row.next_try_at
        assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
        assert row.error == "the payment service does not answer: refused"
        assert row.attention_since is None
        assert bench.run(PAID) == 1

    def test_where_it_is_silent_the_others_are_left_for_later(
        self, bench: Bench
    ) -> None:
        """A worker has more to do than to wait; they are as due as before."""
        bench.begin(1, 2, 3)
        assert bench.run(AWAY) == 0
        assert bench.asked == ["SAGA-1/2"]
        assert bench.run(PAID, PAID) == 2
        assert bench.asked[1:] == ["SAGA-2/2", "SAGA-3/2"]

    def test_what_is_not_taken_is_flagged_and_asked_slowly(self, bench: Bench) -> None:
        """The others are asked for all the same."""
        bench.begin(1, 2)
        assert bench.run(NotTaken("400: customerId"), PAID) == 1
        row = stored()
        assert row.next_try_at == NOW + 300 * SECONDS
        assert (row.attention_since, row.error) == (NOW, "400: customerId")

    def test_a_flag_stays_until_it_is_concluded(self, bench: Bench) -> None:
        """With the time when it was raised."""
        bench.begin()
        bench.run(NotTaken("400"))
        bench.now += 300 * SECONDS
        bench.run(AWAY)
        assert stored().attention_since == NOW
        bench.now += 300 * SECONDS
        bench.run(PAID)
        assert stored().attention_since is None

    def test_a_claim_that_was_cut_off_lapses(self, bench: Bench) -> None:
        """A crash during the call: the question is asked again after a minute."""
        bench.begin()
        with pytest.raises(KeyboardInterrupt):
            bench.run(KeyboardInterrupt())
        assert bench.run() == 0
        bench.now += 60 * SECONDS
        assert bench.run(PAID) == 1
        assert stored().tries == 2

    def test_a_failing_conclusion_keeps_nothing(self, bench: Bench) -> None:
        """The answer is asked for again, and so is its effect."""
        bench.begin()

        def fail(*_: object) -> Sequence[Outbound]:
            raise LookupError

        bench.plan = [PAID]
        with pytest.raises(LookupError):
            services.run_due(bench.ensure, fail)
        assert stored().status == "WAITING"
        assert not OutboxMessage.objects.exists()

    def test_one_that_somebody_else_concluded_meanwhile_is_left(
        self, bench: Bench
    ) -> None:
        """The claim had lapsed during a slow call."""
        bench.begin()

        class Slow(Bench):
            def ensure(self, row: Recovery) -> Finding:
                bench.now += 60 * SECONDS
                _in_thread(lambda: services._conclude(row, PAID, bench.conclude))
                return PAID

        assert services.run_due(Slow().ensure, bench.conclude) == 1
        assert len(bench.concluded) == 1

    def test_two_at_once_in_one_process_do_not_double_the_calls(
        self, bench: Bench
    ) -> None:
        """A doorbell while the sweep is at it finds somebody at work."""
        bench.begin(1, 2)
        inner: list[int] = []

        class Nested(Bench):
            def ensure(self, row: Recovery) -> Finding:
                inner.append(services.run_due(bench.ensure, bench.conclude))
                return PAID

        assert services.run_due(Nested().ensure, bench.conclude) == 2
        assert (inner, bench.asked) == ([0, 0], [])


def _in_thread(work: Any) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    # With the same clock and relay: a thread would begin with its own.
    thread = threading.Thread(target=copy_context().run, args=(run,))
    thread.start()
    thread.join()


class TestTasks:
    """The sweep, and the forgetting."""

    def test_the_task_asks_and_concludes_as_the_settings_say(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`SERVICE_RECOVERY` hears of it."""
        monkeypatch.setattr(client, "ensure", lambda row: PAID)
        bench.begin(1, 2)
        assert tasks.recover_payments() == 2
        assert stored().status == "ENSURED"
        assert tasks.recover_payments() == 0

    def test_nothing_due_opens_nothing(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As nearly always."""

        def opened(_service: str) -> None:
            raise AssertionError("the payment service was called")

        monkeypatch.setattr(peers, "client", opened)
        assert tasks.recover_payments() == 0

    def test_what_was_concluded_long_ago_is_forgotten(self, bench: Bench) -> None:
        """What waits is not, however old."""
        bench.begin(1, 2)
        bench.run(PAID, AWAY)
        bench.now += timedelta(days=7) + SECONDS
        assert tasks.purge() == 1
        assert [row.recovery_id for row in Recovery.objects.all()] == ["SAGA-2/2"]

    def test_beat_rings_both(self) -> None:
        """By the names they are registered under."""
        assert {one["task"] for one in tasks.BEAT.values()} == {
            tasks.recover_payments.name,
            tasks.purge.name,
        }


def test_the_gauges_count_what_waits_and_what_needs_a_person(bench: Bench) -> None:
    """Not what is concluded."""
    bench.begin(1, 2, 3)
    bench.run(PAID, NotTaken("400"), AWAY)
    assert {one.name: one.value for one in recovery_gauges()} == {
        "recoveries_waiting": 2,
        "recoveries_needing_attention": 1,
    }


def test_a_broker_that_is_away_loses_only_the_bell(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep finds the recovery within seconds."""

    def away() -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(tasks.recover_payments, "delay", away)
    with doorbell.bell_set_to(doorbell._ring):
        assert bench.begin() == 1
    assert services.any_due()
