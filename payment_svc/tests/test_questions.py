"""Messages that wait for their payment, kept as they came."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from common.messaging import intake
from payment_svc.payments import questions
from payment_svc.payments.models import Question
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import created, no_stock, process, refund

pytestmark = pytest.mark.django_db

PAYMENT = "PAY-ORD-1-1"


@pytest.mark.parametrize("make", [process, refund, created, no_stock])
def test_a_message_comes_back_as_it_came(make: object) -> None:
    """Its answer will name what asked, and carry its trace on."""
    asked = make()  # type: ignore[operator]
    questions.keep([(PAYMENT, asked)], NOW)
    ((payment_id, found),) = questions.waiting_for([PAYMENT])
    assert payment_id == PAYMENT
    assert (found.envelope, found.body, found.topic) == (
        asked.envelope,
        asked.body,
        asked.topic,
    )
    assert (found.order_id, found.saga_id) == (asked.order_id, asked.saga_id)


def test_a_foreign_message_keeps_the_id_it_was_given() -> None:
    """It came without headers: its place in the log was its id."""
    bare = replace(process().record, headers={}, partition=3, offset=17)
    asked = intake.read(bare)
    assert asked.envelope.message_id == "orchestrator.saga/3/17"
    questions.keep([(PAYMENT, asked)], NOW)
    ((_, found),) = questions.waiting_for([PAYMENT])
    assert found.envelope == asked.envelope


def test_they_wait_in_the_order_in_which_they_came() -> None:
    """By time, and at one time by id; those of other payments are not looked at."""
    late, early, other = process(), refund(), process("ORD-2")
    questions.keep([(PAYMENT, late)], NOW + timedelta(seconds=1))
    questions.keep([(PAYMENT, early), ("PAY-ORD-2-1", other)], NOW)
    found = questions.waiting_for([PAYMENT])
    assert [one.body for _, one in found] == [early.body, late.body]
    assert questions.waiting_for([]) == []


def test_what_is_answered_is_forgotten() -> None:
    """And nothing else."""
    first, second = process(), refund()
    questions.keep([(PAYMENT, first), (PAYMENT, second)], NOW)
    questions.forget([first.envelope.message_id])
    assert Question.objects.get().message_id == second.envelope.message_id
    questions.forget([])
    assert Question.objects.count() == 1
