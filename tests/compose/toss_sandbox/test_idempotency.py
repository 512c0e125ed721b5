"""The first answer to an idempotency key is every answer to it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from compose.toss_sandbox import calls, idempotency
from compose.toss_sandbox.models import Answer, Cancel
from tests.compose.toss_sandbox.desk import ORDER, Desk, Response, bodied

DEADLINE_S = 20
KEY = {"Idempotency_Key": "key-1"}


def test_an_answer_is_given_again(desk: Desk) -> None:
    """Word for word, and there is one charge."""
    body = desk.agree()
    first, again = desk.confirm(body, **KEY), desk.confirm(body, **KEY)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert [one["replayed"] for one in desk.log("?path=confirm")] == [False, True]


def test_a_part_is_given_back_once(desk: Desk) -> None:
    """However often it is asked under one key."""
    key = desk.paid()
    for _ in range(3):
        answer = desk.cancel(key, {"cancelReason": "x", "cancelAmount": 5}, **KEY)
        assert answer.status_code == 200
    assert Cancel.objects.count() == 1


def test_an_error_is_given_again_too(desk: Desk) -> None:
    """Even where the same request would succeed by now."""
    body = desk.agree()
    wrong = desk.confirm({**body, "amount": 1}, **KEY)
    again = desk.confirm(body, **KEY)
    assert (again.status_code, again.content) == (403, wrong.content)
    assert desk.confirm(body, Idempotency_Key="key-2").status_code == 200


def test_a_test_code_s_answer_is_kept(desk: Desk) -> None:
    """It is an answer of Toss's like any other."""
    body = desk.agree()
    code = {"TossPayments_Test_Code": "INVALID_STOPPED_CARD"}
    assert desk.confirm(body, **KEY, **code).status_code == 400
    assert bodied(desk.confirm(body, **KEY))["code"] == "INVALID_STOPPED_CARD"


def test_a_key_counts_with_its_address(desk: Desk) -> None:
    """Confirm and cancel may have the same."""
    body = desk.agree()
    assert bodied(desk.confirm(body, **KEY))["status"] == "DONE"
    answer = desk.cancel(body["paymentKey"], {"cancelReason": "x"}, **KEY)
    assert bodied(answer)["status"] == "CANCELED"


def test_what_is_turned_away_at_the_door_is_not_kept(db: None) -> None:
    """A wrong secret key leaves the idempotency key free."""
    body = Desk().agree()
    assert Desk("Basic bm9ib2R5Og==").confirm(body, **KEY).status_code == 401
    assert Desk().confirm(body, **KEY).status_code == 200


def test_a_key_is_not_too_long(desk: Desk) -> None:
    """300 characters are taken, 301 are not."""
    body = desk.agree()
    response = desk.confirm(body, Idempotency_Key="k" * 301)
    assert (response.status_code, bodied(response)["code"]) == (
        400,
        "INVALID_IDEMPOTENCY_KEY",
    )
    assert desk.confirm(body, Idempotency_Key="k" * 300).status_code == 200


def test_a_key_is_valid_for_fifteen_days(desk: Desk) -> None:
    """After that it is like a new one, and its answer is cut."""
    body = desk.agree()
    desk.confirm(body, **KEY)
    Answer.objects.update(at=timezone.now() - timedelta(days=15, seconds=1))
    assert bodied(desk.confirm(body, **KEY))["code"] == "ALREADY_PROCESSED_PAYMENT"
    Answer.objects.update(at=timezone.now() - timedelta(days=15, seconds=1))
    idempotency.forget_old()
    assert not Answer.objects.exists()


def test_a_fault_leaves_the_key_free(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was done and nothing was answered: it may be tried again."""
    body = desk.agree()
    with monkeypatch.context() as patch:
        patch.setattr(calls, "_first", _fails)
        assert desk.confirm(body, **KEY).status_code == 500
    assert desk.confirm(body, **KEY).status_code == 200


def test_what_ran_when_the_sandbox_died_may_be_asked_anew(desk: Desk) -> None:
    """What was answered before is still answered so."""
    body = desk.agree()
    path = "/v1/payments/confirm"
    key = idempotency.key_of("key-1", "test_sk_sandbox", "POST", path)
    Answer.objects.create(key=key, at=timezone.now())
    busy = desk.confirm(body, **KEY)
    assert (busy.status_code, bodied(busy)["code"]) == (
        409,
        "IDEMPOTENT_REQUEST_PROCESSING",
    )
    idempotency.forget_unfinished()
    first = desk.confirm(body, **KEY)
    idempotency.forget_unfinished()
    assert first.status_code == 200
    assert desk.confirm(body, **KEY).content == first.content


@pytest.mark.django_db(transaction=True)
def test_a_repeat_while_the_first_runs_is_a_409(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It has no effect; when the first has ended, its answer is given."""
    arrived, go = threading.Event(), threading.Event()

    def wait(_seconds: float) -> None:
        if _seconds:
            arrived.set()
            assert go.wait(DEADLINE_S)

    monkeypatch.setattr("compose.toss_sandbox.calls.sleep", wait)
    body = Desk().agree(cardNumber="4000-0000-0000-3220")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(_in_thread, body, **KEY)
        assert arrived.wait(DEADLINE_S)
        busy = Desk().confirm(body, **KEY)
        go.set()
        assert first.result(DEADLINE_S).status_code == 200
    assert bodied(busy)["code"] == "IDEMPOTENT_REQUEST_PROCESSING"
    assert Desk().confirm(body, **KEY).content == first.result().content


@pytest.mark.django_db(transaction=True)
def test_a_hundred_confirms_at_once_are_one_charge() -> None:
    """Without a key of idempotency: one 200, and 99 say that it was done."""
    body = Desk().agree()
    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _: _in_thread(body), range(100)))
    codes = sorted(bodied(one).get("code", "charged") for one in answers)
    assert codes == ["ALREADY_PROCESSED_PAYMENT"] * 99 + ["charged"]
    assert bodied(Desk().get(f"/v1/payments/orders/{ORDER}"))["status"] == "DONE"


def _in_thread(body: dict[str, object], **headers: str) -> Response:
    """A confirm by a thread that closes its connection to the books."""
    try:
        return Desk().confirm(body, **headers)
    finally:
        connections.close_all()


def _fails(*_arguments: object) -> None:
    raise RuntimeError("a fault")
