"""Slow, failing and lost answers on request."""

from __future__ import annotations

from typing import Any

import pytest

from compose.toss_sandbox.behaviour import mood_of
from compose.toss_sandbox.models import Behaviour, Status
from tests.compose.toss_sandbox.desk import Desk, bodied, payment_of


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the calls would have slept."""
    seconds: list[float] = []
    monkeypatch.setattr("compose.toss_sandbox.calls.sleep", seconds.append)
    return seconds


def test_a_failure_has_no_effect(desk: Desk) -> None:
    """Status and code are those that were asked for."""
    desk.behave(path="confirm", action="fail", status=503, code="COMMON_ERROR")
    body = desk.agree()
    response = desk.confirm(body)
    assert (response.status_code, bodied(response)["code"]) == (503, "COMMON_ERROR")
    assert payment_of().status == Status.IN_PROGRESS


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({}, 500, "COMMON_ERROR"),
        ({"code": "FDS_ERROR"}, 403, "FDS_ERROR"),
        ({"status": 418}, 418, "COMMON_ERROR"),
        ({"code": "ODD"}, 400, "ODD"),
    ],
)
def test_a_failure_has_the_status_of_its_code(
    desk: Desk, how: dict[str, Any], status: int, code: str
) -> None:
    """Unless another was asked for."""
    desk.behave(action="fail", **how)
    response = desk.get("/v1/payments/orders/ORD-000001")
    assert (response.status_code, bodied(response)["code"]) == (status, code)


def test_a_failure_is_kept_under_no_key(desk: Desk) -> None:
    """It stands for what is between Toss and us: when it is gone, all is well."""
    desk.behave(action="fail", times=1)
    body = desk.agree()
    assert desk.confirm(body, Idempotency_Key="k").status_code == 500
    assert desk.confirm(body, Idempotency_Key="k").status_code == 200


def test_an_answer_is_lost_after_its_effect(desk: Desk) -> None:
    """Charged, and nobody was told; a replay is lost too while it lasts."""
    desk.behave(path="confirm", action="lose-answer", times=2)
    body = desk.agree()
    for _ in range(2):
        assert desk.confirm(body, Idempotency_Key="k").streaming
        assert payment_of().status == Status.DONE
    assert desk.confirm(body, Idempotency_Key="k").status_code == 200


def test_a_line_that_breaks_before_has_no_effect(desk: Desk) -> None:
    """No answer either."""
    desk.behave(path="confirm", action="refuse-before", times=1)
    body = desk.agree()
    assert desk.confirm(body).streaming
    assert payment_of().status == Status.IN_PROGRESS
    assert desk.confirm(body).status_code == 200


def test_slow_answers_add_up(desk: Desk, slept: list[float]) -> None:
    """And are right in the end."""
    desk.behave(path="confirm", action="slow", seconds=2)
    desk.behave(path="*", action="slow", seconds=0.5)
    desk.paid()
    assert sum(slept) == 2.5


def test_other_calls_are_left_alone(desk: Desk) -> None:
    """A behaviour is for the calls that it names."""
    desk.behave(path="cancel", action="fail")
    key = desk.paid()
    assert desk.get(f"/v1/payments/{key}").status_code == 200
    assert desk.cancel(key, {"cancelReason": "x"}).status_code == 500


def test_one_that_counts_is_used_up(desk: Desk) -> None:
    """So many calls, and then it is gone."""
    desk.behave(action="fail", times=2)
    codes = [desk.get("/v1/payments/tsb_x").status_code for _ in range(3)]
    assert codes == [500, 500, 404]
    assert not Behaviour.objects.exists()


@pytest.mark.parametrize(("rate", "strikes"), [(0, False), (1, True)])
def test_a_rate_is_a_share_of_the_calls(
    db: None, rate: float, *, strikes: bool
) -> None:
    """None at 0, all at 1."""
    Behaviour.objects.create(path="*", action="fail", rate=rate)
    assert {mood_of("find").error is not None for _ in range(20)} == {strikes}


def test_what_is_on_can_be_asked_and_ended(desk: Desk) -> None:
    """In the words it was asked for with."""
    desk.behave(path="find", action="slow", seconds=4)
    shown = bodied(desk.client.get("/sandbox/behaviour"))["behaviours"]
    assert [(one["path"], one["action"], one["seconds"]) for one in shown] == [
        ("find", "slow", 4)
    ]
    assert desk.client.delete("/sandbox/behaviour").status_code == 204
    assert bodied(desk.client.get("/sandbox/behaviour")) == {"behaviours": []}


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"action": "explode"},
        {"action": ["fail"]},
        {"action": "fail", "path": "window"},
        {"action": "hold", "path": "confirm"},
        {"action": "fail", "path": "webhook"},
        {"action": "slow", "seconds": 121},
        {"action": "slow", "seconds": "long"},
        {"action": "slow", "seconds": 10**400},
        {"action": "fail", "status": 200},
        {"action": "fail", "status": 500.5},
        {"action": "fail", "times": 0},
        {"action": "fail", "rate": 2},
        {"action": "fail", "code": 5},
        {"action": "fail", "code": "é"},
    ],
)
def test_what_makes_no_sense_is_refused(desk: Desk, how: dict[str, Any]) -> None:
    """400 with a sentence, and nothing is on."""
    response = desk.behave(**how)
    assert (response.status_code, bodied(response)["code"]) == (400, "INVALID_REQUEST")
    assert not Behaviour.objects.exists()
