"""Answers of services, read into records."""

from __future__ import annotations

from typing import Any

import pytest

from common.contracts import topics
from orchestrator_svc.dashboard.story.facts import mailbox, time_of
from orchestrator_svc.tests.dashboard.story.told import (
    action,
    answer,
    at,
    command,
    handled,
    letter,
)


def test_a_mailbox_has_what_its_service_told() -> None:
    """Messages, letters and acts, with their times."""
    found = mailbox(
        "order",
        answer(
            sent=[command(1, "CREATE_ORDER", 5, resend=2)],
            handled=[handled("M", topics.COMMANDS, 6)],
            letters=[letter("L", after=7)],
            actions=[action("order.cancel", 8)],
        ),
    )
    (message,) = found.sent
    assert (message.service, message.at, message.resend) == ("order", at(5), 2)
    assert found.handled["M"].at == at(6)
    assert (found.letters[0].letter_id, found.letters[0].at) == ("LETTER-L", at(7))
    assert (found.actions[0].name, found.actions[0].at) == ("order.cancel", at(8))
    assert (found.left_off, found.forgotten) == (0, 0)


def test_a_mailbox_knows_how_much_is_missing() -> None:
    """Of what was sent, and of what was handled."""
    found = mailbox("order", answer(left_off={"sent": 7, "handled": 3}))
    assert (found.left_off, found.forgotten) == (7, 3)


@pytest.mark.parametrize("told", [{}, {"handled": []}, answer() | {"sent": [{}]}])
def test_what_is_no_mailbox_is_refused(told: Any) -> None:
    """Some other program may listen there."""
    with pytest.raises(KeyError):
        mailbox("order", told)


@pytest.mark.parametrize("resend", ["", "x", "-1", "1.5"])
def test_a_resend_that_is_no_number_is_none(resend: str) -> None:
    """A foreign producer may send any header."""
    message = command(1, "CREATE_ORDER")
    message["headers"]["ce_resend"] = resend
    assert mailbox("order", answer(sent=[message])).sent[0].resend == 0


@pytest.mark.parametrize(
    "text", [None, "", "soon", 5, "2026-03-01", "2026-03-01T12:00"]
)
def test_what_is_no_time_is_none(text: Any) -> None:
    """A time without its zone neither: it could not be compared."""
    assert time_of(text) is None
