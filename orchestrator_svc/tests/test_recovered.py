"""Charges that Toss is said to have made: heard, looked into, and concluded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from rest_framework.test import APIClient

from common.contracts import topics, wire
from common.contracts.base import Done, Refused, Reply
from common.contracts.payment import ProcessPayment
from common.log.port import LogRecord
from common.messaging.envelope import Inbound
from common.messaging.intake import read
from common.recovery import doorbell
from common.recovery.claim import refusal_of
from common.recovery.models import Recovery
from orchestrator_svc.engine import handlers, recovered, services
from orchestrator_svc.engine.book import state_of
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.tests.factories import NO, NOW, PAID, TOTAL, reply, saga

pytestmark = pytest.mark.django_db

TOSS = {"status": "DONE", "paymentKey": "key-1", "totalAmount": 1999.98}
UNSAVED = Refused(
    reason="TOSS_SUCCESS_DB_FAILED", message="not saved", toss_payment_data=TOSS
)
DENIED = Refused(
    reason="TOSS_SUCCESS_DB_FAILED", message="NOT_CHARGED_AT_TOSS: It has it as READY."
)


@pytest.fixture(autouse=True)
def _no_bell() -> Iterator[None]:
    with doorbell.bell_set_to(lambda: None):
        yield


def handle(*batch: Inbound) -> list[str]:
    """The commands a batch leads to."""
    return [one.envelope.type for one in handlers.handle(batch, NOW)]


def unsaved(row: SagaInstance, answer: Refused = UNSAVED) -> Inbound:
    """The reply of a payment service that could not save the charge."""
    found = reply(state_of(row), answer)
    message_id = f"{found.envelope.message_id}/toss-success"
    return replace(found, envelope=replace(found.envelope, message_id=message_id))


def bare(row: SagaInstance, answer: Done | Refused) -> Inbound:
    """The same from somebody who sends no headers."""
    body = Reply(command_name=ProcessPayment.name, answer=answer)
    return read(
        LogRecord(
            topic=topics.REPLIES,
            partition=0,
            offset=7,
            key=row.order_id,
            value=wire.encode_reply(row.saga_id, row.order_id, body),
            headers={},
            timestamp=0,
        )
    )


def conclude(finding: Any, row: SagaInstance) -> list[str]:
    """What the payment service found out, and the commands that follow."""
    recovery = Recovery.objects.get(saga_id=row.saga_id)
    return [one.envelope.type for one in recovered.conclude(recovery, finding, NOW)]


def stored(row: SagaInstance) -> SagaInstance:
    """The row as it is now."""
    return SagaInstance.objects.get(saga_id=row.saga_id)


class TestHeard:
    """The reply with Toss's record."""

    def test_nothing_is_undone_and_the_payment_is_looked_into(self) -> None:
        """Under the id of the command that asked for the charge."""
        row = saga("PAYMENT_PROCESSING")
        assert handle(unsaved(row)) == []
        assert stored(row).status == "PAYMENT_PROCESSING"
        recovery = Recovery.objects.get()
        assert (
            recovery.recovery_id,
            recovery.order_id,
            recovery.saga_id,
            recovery.customer_id,
            recovery.attempt,
            recovery.amount,
            recovery.caused_by,
        ) == (
            f"{row.saga_id}/2",
            row.order_id,
            row.saga_id,
            "CUST001",
            1,
            TOTAL,
            f"{row.saga_id}/2/reply/toss-success",
        )
        assert refusal_of(recovery) == UNSAVED

    def test_who_looks_at_the_saga_sees_it(self) -> None:
        """Toss's record, and what the step waits for."""
        row = saga("PAYMENT_PROCESSING")
        handle(unsaved(row))
        shown = APIClient().get(f"/api/orchestrator/sagas/{row.saga_id}").json()
        assert shown["tossPaymentData"] == TOSS
        assert shown["steps"][1]["status"] == "IN_PROGRESS"
        assert shown["steps"][1]["error"] == handlers.WAITING

    def test_saying_it_twice_looks_once(self) -> None:
        """In one batch, or in two, or by another message."""
        row = saga("PAYMENT_PROCESSING")
        said = unsaved(row)
        handle(said, said)
        handle(bare(row, UNSAVED))
        assert Recovery.objects.count() == 1

    @pytest.mark.parametrize(
        "answer", [NO, Refused(reason="X", toss_payment_data={"status": "CANCELED"})]
    )
    def test_a_refusal_that_claims_no_charge_is_one(self, answer: Refused) -> None:
        """As ever; what Toss knows of it is learnt."""
        row = saga("PAYMENT_PROCESSING")
        assert handle(unsaved(row, answer)) == ["CANCEL_ORDER"]
        assert state_of(stored(row)).data.toss_payment_data == answer.toss_payment_data
        assert not Recovery.objects.exists()

    @pytest.mark.parametrize("status", ["STARTED", "INVENTORY_RESERVING", "COMPLETED"])
    def test_where_no_charge_is_out_nothing_is_looked_into(self, status: str) -> None:
        """Who says so is foreign, or late."""
        row = saga(status)
        handle(bare(row, UNSAVED))
        assert not Recovery.objects.exists()
        assert stored(row).version == 0

    def test_a_charge_that_was_given_up_is_undone_by_its_own_undo(self) -> None:
        """The payment service knows of it; nobody has to look for it."""
        row = saga("PAYMENT_PROCESSING")
        said = unsaved(row)
        services.cancel(saga_id=row.saga_id, by="lee")
        assert handle(said) == []
        assert not Recovery.objects.exists()

    def test_the_answer_may_be_in_the_same_batch(self) -> None:
        """The payment service came to know by itself."""
        row = saga("PAYMENT_PROCESSING")
        paid = reply(state_of(row), PAID)
        assert handle(unsaved(row), paid) == ["RESERVE_INVENTORY"]


class TestConcluded:
    """What the payment service found out."""

    def test_a_payment_that_is_there_is_the_success_that_was_missed(self) -> None:
        """With what it teaches, and in the story of what was heard."""
        row = saga("PAYMENT_PROCESSING")
        handle(unsaved(row))
        recovery = Recovery.objects.get()
        (send,) = recovered.conclude(recovery, PAID, NOW)
        assert send.envelope.type == "RESERVE_INVENTORY"
        assert send.envelope.causation_id == recovery.caused_by
        data = state_of(stored(row)).data
        assert (data.payment_id, data.transaction_id) == ("PAY-1", "TX-1")
        assert data.toss_payment_data == TOSS

    def test_if_the_reply_came_first_it_says_nothing_new(self) -> None:
        """Nor would it the other way round."""
        row = saga("PAYMENT_PROCESSING")
        paid = reply(state_of(row), PAID)
        handle(unsaved(row), paid)
        assert conclude(PAID, row) == []
        assert stored(row).status == "INVENTORY_RESERVING"

    def test_one_that_cannot_be_is_the_refusal_that_was_heard(self) -> None:
        """With why it is one after all."""
        row = saga("PAYMENT_PROCESSING")
        handle(unsaved(row))
        assert conclude(DENIED, row) == ["CANCEL_ORDER"]
        state = state_of(stored(row))
        assert (state.reason, state.message) == (DENIED.reason, DENIED.message)

    def test_what_nobody_in_particular_says_is_found_out_too(self) -> None:
        """A bare FAILED with DONE, and Toss denies it: a refusal like any other."""
        row = saga("PAYMENT_PROCESSING")
        assert handle(bare(row, UNSAVED)) == []
        assert Recovery.objects.get().recovery_id == f"{row.saga_id}/2"
        assert conclude(DENIED, row) == ["CANCEL_ORDER"]
        assert state_of(stored(row)).data.toss_payment_data is None

    def test_a_saga_that_was_cancelled_meanwhile_goes_on_being_undone(self) -> None:
        """The payment is known to have happened, and its undo is out."""
        row = saga("PAYMENT_PROCESSING")
        handle(unsaved(row))
        services.cancel(saga_id=row.saga_id, by="lee")
        assert conclude(PAID, row) == []
        state = state_of(stored(row))
        assert state.status == "COMPENSATING"
        assert state.step(ProcessPayment.name).completed_at == NOW

    def test_a_saga_that_is_gone_is_passed_over(self) -> None:
        """The recovery ends all the same."""
        row = saga("PAYMENT_PROCESSING")
        handle(unsaved(row))
        SagaInstance.objects.all().delete()
        assert conclude(PAID, row) == []
