"""Toss has the money and our books could not be written: it is said all the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import OperationalError

from common import faults
from common.contracts import topics
from common.log.port import LogError, NewRecord
from common.messaging import relay
from common.web.errors import Unavailable
from payment_svc.payments import confirming
from payment_svc.payments.models import Payment, Question
from payment_svc.payments.settlement import unsaved
from payment_svc.tests.acts import confirm, offer, sent, settle
from payment_svc.tests.conftest import Hands
from payment_svc.tests.factories import ORDER, TOTAL, handle, payment, refund
from payment_svc.tests.settlement.books import at_toss
from payment_svc.tests.toss import DECLINED, LOST, ScriptedToss

pytestmark = pytest.mark.django_db


class Log:
    """A publisher that keeps what it was given, or is away."""

    def __init__(self) -> None:
        self.records: list[NewRecord] = []
        self.is_away = False

    def publish(self, records: Sequence[NewRecord]) -> None:
        if self.is_away:
            raise LogError("away")
        self.records += records


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """The log, past the outbox."""
    found = Log()
    monkeypatch.setattr(relay, "process_publisher", lambda: found)
    return found


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a payment in doubt."""
    monkeypatch.setattr(confirming, "DOUBT_S", 0.0)


@contextmanager
def cannot_save(times: int) -> Iterator[list[str]]:
    """The database refuses so many tries to save what Toss said."""
    met: list[str] = []

    def reached(point: str) -> bool:
        if point == "payment.save":
            met.append(point)
        return point == "payment.save" and len(met) <= times

    with faults.reached_by(reached):
        yield met


def confirm_in_vain(key: str) -> str:
    """The code of what the customer hears."""
    with pytest.raises(Unavailable) as raised:
        confirm(key)
    return raised.value.problem_code


def test_the_payment_is_marked_and_the_saga_told(toss: ScriptedToss, log: Log) -> None:
    """By the outbox, under an id of its own: the ordinary reply is still to come."""
    asked = offer()
    with cannot_save(1) as met:
        assert confirm_in_vain(toss.agree(ORDER, TOTAL)) == "PAYMENT_IN_DOUBT"
    assert len(met) == 2
    row = payment()
    assert (row.status, row.toss_payment_key) == ("TOSS_SUCCESS_DB_FAILED", "key-ORD-1")
    ((message_id, answer),) = sent().items()
    assert message_id == f"{asked.envelope.message_id}/reply/toss-success"
    assert answer.reason == "TOSS_SUCCESS_DB_FAILED"
    assert answer.toss_payment_data == {
        "paymentKey": "key-ORD-1",
        "orderId": ORDER,
        "status": "DONE",
        "totalAmount": 1999.98,
        "balanceAmount": 1999.98,
    }
    assert (Question.objects.count(), log.records) == (1, [])


def test_a_choreography_is_told_by_an_event(toss: ScriptedToss, log: Log) -> None:
    """payment.failed with Toss's record, under an id of its own."""
    offer(is_saga=False)
    with cannot_save(1):
        confirm_in_vain(toss.agree(ORDER, TOTAL))
    ((message_id, event),) = sent().items()
    assert message_id == "ORD-1/payment.failed/toss-success"
    assert (event.reason, event.payment_id) == ("TOSS_SUCCESS_DB_FAILED", "PAY-ORD-1-1")
    assert event.toss_payment_data["paymentKey"] == "key-ORD-1"


@pytest.mark.parametrize("is_saga", [True, False])
def test_then_the_sweep_books_it_and_the_ordinary_answer_goes_out(
    toss: ScriptedToss, hands: Hands, is_saga: bool
) -> None:
    """Both are heard, in this order, and the money was taken once."""
    asked = offer(is_saga=is_saga)
    with cannot_save(1):
        confirm_in_vain(toss.agree(ORDER, TOTAL))
    assert not settle()
    hands.move(1)
    assert settle()
    first, second = sent()
    reply = f"{asked.envelope.message_id}/reply"
    assert (first, second) == (
        (f"{reply}/toss-success", reply)
        if is_saga
        else ("ORD-1/payment.failed/toss-success", "ORD-1/payment.processed")
    )
    assert (payment().status, toss.asked("confirm"), toss.kept) == ("SUCCESS", 1, TOTAL)
    assert Question.objects.count() == 0


def test_a_database_that_takes_nothing_is_gone_round(
    toss: ScriptedToss, log: Log, hands: Hands
) -> None:
    """Straight to the log; the intent is still there for the sweep."""
    asked = offer()
    with cannot_save(2):
        confirm_in_vain(toss.agree(ORDER, TOTAL))
    (record,) = log.records
    assert (record.topic, record.key) == (topics.REPLIES, ORDER)
    assert record.headers["ce_id"] == f"{asked.envelope.message_id}/reply/toss-success"
    assert b'"TOSS_SUCCESS_DB_FAILED"' in record.value
    assert (payment().status, payment().calls, sent()) == ("PROCESSING", 1, {})
    hands.move(60)
    assert settle()
    assert list(sent()) == [f"{asked.envelope.message_id}/reply"]
    assert (payment().status, toss.kept) == ("SUCCESS", TOTAL)


def test_without_database_and_log_the_sweep_is_left(
    toss: ScriptedToss, log: Log, hands: Hands
) -> None:
    """Nothing was told, and nothing is lost."""
    offer()
    log.is_away = True
    with cannot_save(2):
        assert confirm_in_vain(toss.agree(ORDER, TOTAL)) == "PAYMENT_IN_DOUBT"
    assert (log.records, sent(), payment().status) == ([], {}, "PROCESSING")
    hands.move(60)
    settle()
    assert payment().status == "SUCCESS"


def test_what_is_found_later_and_cannot_be_saved_is_told_too(
    toss: ScriptedToss, hands: Hands
) -> None:
    """The answer was lost first, the database failed second."""
    asked = offer()
    toss.will("confirm", LOST)
    confirm_in_vain(toss.agree(ORDER, TOTAL))
    hands.move(1)
    with cannot_save(1):
        assert settle()
    assert list(sent()) == [f"{asked.envelope.message_id}/reply/toss-success"]
    assert payment().status == "TOSS_SUCCESS_DB_FAILED"


def test_what_was_not_charged_is_not_told(toss: ScriptedToss, log: Log) -> None:
    """A decline that cannot be saved is found out again."""
    offer()
    toss.will("confirm", DECLINED)
    with cannot_save(1), pytest.raises(OperationalError):
        confirm(toss.agree(ORDER, TOTAL))
    assert (payment().status, sent(), log.records) == ("PROCESSING", {}, [])


def test_a_refund_that_cannot_be_saved_is_found_out_again(
    toss: ScriptedToss, log: Log, hands: Hands
) -> None:
    """It is no charge, whatever Toss's record says; made once, all the same."""
    offer()
    confirm(toss.agree(ORDER, TOTAL))
    undo = refund()
    handle(undo)
    with cannot_save(1), pytest.raises(OperationalError):
        settle()
    assert (payment().status, len(sent()), log.records) == ("SUCCESS", 1, [])
    hands.move(60)
    settle()
    assert list(sent())[1] == f"{undo.envelope.message_id}/reply"
    assert (payment().status, toss.asked("give_back"), toss.kept) == ("REFUNDED", 1, 0)


def test_who_was_faster_is_not_overruled(
    toss: ScriptedToss, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payment that somebody else has booked meanwhile is not marked."""
    offer()

    def reached(point: str) -> bool:
        if point == "payment.before-save":
            Payment.objects.update(status="SUCCESS", next_look_at=None)
            return True
        return False

    with faults.reached_by(reached):
        confirm(toss.agree(ORDER, TOTAL))
    assert (payment().status, sent(), log.records) == ("SUCCESS", {}, [])


def test_the_record_that_is_told_is_plain_json() -> None:
    """Amounts are numbers, whole ones whole."""
    paid = at_toss("DONE", data={"a": TOTAL, "b": Decimal("2.00"), "c": [None, True]})
    assert unsaved.plain_data(paid) == {"a": 1999.98, "b": 2, "c": [None, True]}
