"""The client: what each call comes to, what is repeated, and what is told of it."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from common import faults
from common.web.metrics import registry
from payment_svc.payments.gateway.remote import (
    AlreadyDone,
    InDoubt,
    NotDone,
    NotPayable,
    RemoteDeclined,
    RemoteError,
    RemotePayment,
    RemoteStatus,
)
from payment_svc.payments.gateway.toss import counts
from payment_svc.tests.gateway.toss.doubles import (
    ASKINGS,
    CHARGE,
    CONFIRM,
    GIVE_BACK,
    PAYMENT_KEY,
    paid,
    payment,
    refused,
    toss,
)

POSTS = ("confirm", "billing", "cancel")
UNREACHED = (httpx.ConnectError("x"), httpx.ConnectTimeout("x"))
UNANSWERED = (
    httpx.ReadTimeout("x"),
    httpx.WriteTimeout("x"),
    httpx.ReadError("x"),
    httpx.WriteError("x"),
    httpx.RemoteProtocolError("x"),
)


def counted(path: str, outcome: str) -> float:
    """How often a call came to this, as `/metrics` has it."""
    return float(counts.calls.labels(path, outcome)._value.get())


def test_a_confirmed_payment_comes_back() -> None:
    """One call, and what stands in Toss's books."""
    client, network = toss()
    found = client.confirm(CONFIRM)
    assert (found.status, found.total) == (RemoteStatus.DONE, Decimal("29.9"))
    assert network.paths == ["/v1/payments/confirm"]
    assert client.currency == "USD"


def test_a_charge_by_agreement_comes_back() -> None:
    """By the billing key of the settings."""
    client, network = toss(paid(totalAmount=30, balanceAmount=30))
    assert client.charge(CHARGE).total == 30
    assert network.paths == ["/v1/billing/billing-Zq7_Wv%3D%3D"]


def test_a_refund_gives_the_whole_payment() -> None:
    """As it stands then."""
    client, network = toss(paid(status="PARTIAL_CANCELED", balanceAmount=20))
    found = client.give_back(GIVE_BACK)
    assert found.status is RemoteStatus.PARTIAL_CANCELED
    assert found.balance == 20
    assert network.paths == [f"/v1/payments/{PAYMENT_KEY}/cancel"]


def test_won_are_sent_whole() -> None:
    """As Toss takes them."""
    client, network = toss(currency="KRW")
    client.confirm(replace(CONFIRM, amount=Decimal("10000.00")))
    assert network.requests[0].content.endswith(b'"amount":10000}')


def test_a_look_finds_by_key_or_by_order() -> None:
    """Or nothing, where Toss has nothing."""
    client, network = toss(paid(), paid(), refused(404, "NOT_FOUND_PAYMENT"))
    assert client.find(payment_key=PAYMENT_KEY, order_id="ORD-12345") is not None
    assert client.find(order_id="ORD-12345") is not None
    assert client.find(order_id="ORD-67890") is None
    assert network.paths == [
        f"/v1/payments/{PAYMENT_KEY}",
        "/v1/payments/orders/ORD-12345",
        "/v1/payments/orders/ORD-67890",
    ]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "NOT_FOUND"),
        (404, "NOT_FOUND_MERCHANT"),
        (403, "FORBIDDEN_REQUEST"),
        (400, "INVALID_REQUEST"),
        (400, "NOT_SUPPORTED_METHOD"),
    ],
)
def test_a_look_that_was_refused_did_not_find_none(status: int, code: str) -> None:
    """A charged payment would be taken for unpaid, and paid a second time."""
    client, network = toss(refused(status, code))
    with pytest.raises(InDoubt) as error:
        client.find(payment_key=PAYMENT_KEY)
    assert error.value.code == code
    assert len(network.requests) == 1


@pytest.mark.parametrize("call", POSTS)
@pytest.mark.parametrize(
    ("reply", "kind", "answered"),
    [
        (refused(403, "REJECT_CARD_PAYMENT"), RemoteDeclined, None),
        (refused(404, "NOT_FOUND_PAYMENT_SESSION"), NotPayable, None),
        (refused(400, "ALREADY_PROCESSED_PAYMENT"), AlreadyDone, None),
        (refused(401, "UNAUTHORIZED_KEY"), NotDone, None),
        (refused(429, "TOO_MANY_REQUESTS"), NotDone, None),
        (httpx.Response(429, text="slow down"), NotDone, None),
        (refused(400, "PROVIDER_ERROR"), InDoubt, True),
        (refused(500, "COMMON_ERROR"), InDoubt, True),
        (refused(409, "IDEMPOTENT_REQUEST_PROCESSING"), InDoubt, False),
        (httpx.Response(502, text="<html>"), InDoubt, False),
        (httpx.Response(504), InDoubt, False),
        (httpx.Response(200, text="<html>"), InDoubt, False),
        (httpx.Response(200, json={"status": "DONE"}), InDoubt, False),
        (httpx.Response(302, headers={"Location": "/x"}), InDoubt, False),
        *((error, InDoubt, False) for error in UNANSWERED),
    ],
)
def test_an_answer_is_never_asked_for_twice(
    call: str, reply: Any, kind: type[RemoteError], answered: bool | None
) -> None:
    """It is settlement that repeats, after a look; here each call is one request."""
    client, network = toss(reply)
    with pytest.raises(RemoteError) as error:
        ASKINGS[call](client)
    assert type(error.value) is kind
    assert getattr(error.value, "answered", None) is answered
    assert len(network.requests) == 1
    assert error.value.__context__ is None


@pytest.mark.parametrize("call", POSTS)
@pytest.mark.parametrize("error", UNREACHED)
def test_what_never_left_is_sent_once_more(call: str, error: Exception) -> None:
    """Under the same idempotency key."""
    client, network = toss(error, paid())
    assert isinstance(ASKINGS[call](client), RemotePayment)
    first, second = network.requests
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.content == second.content
    assert len(network.pauses) == 1
    assert 0.05 <= network.pauses[0] <= 0.15


@pytest.mark.parametrize("call", POSTS)
@pytest.mark.parametrize("error", UNREACHED)
def test_what_never_left_twice_was_not_done(call: str, error: Exception) -> None:
    """And the next try is settlement's."""
    client, network = toss(error)
    with pytest.raises(NotDone, match="NOT_REACHED"):
        ASKINGS[call](client)
    assert len(network.requests) == 2


@pytest.mark.parametrize(
    "trouble",
    [*UNREACHED, *UNANSWERED, httpx.Response(503), refused(500, "COMMON_ERROR")],
)
def test_a_look_is_tried_three_times(trouble: Any) -> None:
    """It does no harm; between the tries it waits longer each time."""
    client, network = toss(trouble, trouble, paid())
    assert client.find(payment_key=PAYMENT_KEY) is not None
    assert len(network.requests) == 3
    first, second = network.pauses
    assert 0.05 <= first <= 0.15 <= second <= 0.45
    client, network = toss(trouble)
    with pytest.raises((InDoubt, NotDone)):
        client.find(payment_key=PAYMENT_KEY)
    assert len(network.requests) == 3


@pytest.mark.parametrize(
    "reply", [refused(401, "UNAUTHORIZED_KEY"), refused(429, "TOO_MANY_REQUESTS")]
)
def test_a_look_that_was_turned_away_is_not_repeated(reply: Any) -> None:
    """To ask more often is no cure."""
    client, network = toss(reply)
    with pytest.raises(NotDone):
        client.find(payment_key=PAYMENT_KEY)
    assert len(network.requests) == 1


def test_nothing_is_repeated_past_the_deadline() -> None:
    """A claim on a payment is counted on to last longer than a call."""
    client, network = toss(httpx.ReadTimeout("x"), timeout_s=0)
    with pytest.raises(InDoubt):
        client.find(payment_key=PAYMENT_KEY)
    assert len(network.requests) == 1
    assert network.pauses == []


def test_a_toss_that_is_down_is_left_alone() -> None:
    """After five failures in a row nothing is sent, and surely nothing done."""
    client, network = toss(httpx.ReadTimeout("x"))
    for _ in range(5):
        with pytest.raises(InDoubt):
            client.confirm(CONFIRM)
    for call in ASKINGS.values():
        with pytest.raises(NotDone, match="CIRCUIT_OPEN"):
            call(client)
    assert len(network.requests) == 5


@pytest.mark.parametrize(
    "reply",
    [
        refused(403, "REJECT_CARD_PAYMENT"),
        refused(404, "NOT_FOUND_PAYMENT"),
        refused(400, "PROVIDER_ERROR"),
        refused(401, "UNAUTHORIZED_KEY"),
        refused(409, "IDEMPOTENT_REQUEST_PROCESSING"),
    ],
)
def test_declines_are_no_failures(reply: Any) -> None:
    """Ten in a row come from a Toss at work."""
    client, network = toss(reply)
    for _ in range(10):
        with pytest.raises(RemoteError):
            client.confirm(CONFIRM)
    assert len(network.requests) == 10


def test_connections_that_we_ran_out_of_are_no_failures() -> None:
    """Toss has no part in that."""
    client, network = toss(httpx.PoolTimeout("x"))
    for _ in range(10):
        with pytest.raises(NotDone, match="TOO_BUSY"):
            client.confirm(CONFIRM)
    assert len(network.requests) == 10


@pytest.mark.parametrize("call", ["confirm", "billing"])
def test_a_fault_declines_charges(call: str) -> None:
    """Toss is not called."""
    client, network = toss()
    with (
        faults.reached_by(lambda point: point == "toss.decline"),
        pytest.raises(RemoteDeclined, match="REJECT_CARD_PAYMENT"),
    ):
        ASKINGS[call](client)
    assert network.requests == []


@pytest.mark.parametrize("call", ["cancel", "find"])
def test_a_fault_that_declines_is_for_charges(call: str) -> None:
    """Refunds and looks go on."""
    client, network = toss()
    with faults.reached_by(lambda point: point == "toss.decline"):
        ASKINGS[call](client)
    assert len(network.requests) == 1


@pytest.mark.parametrize("call", ASKINGS)
def test_a_fault_cuts_the_line_before_the_call(call: str) -> None:
    """Nothing is sent: surely nothing was done."""
    client, network = toss()
    with (
        faults.reached_by(lambda point: point == "toss.before-call"),
        pytest.raises(NotDone, match="NOT_REACHED"),
    ):
        ASKINGS[call](client)
    assert network.requests == []


@pytest.mark.parametrize("call", POSTS)
def test_a_fault_loses_the_answer(call: str) -> None:
    """Toss has done it, and nobody here knows."""
    client, network = toss()
    with (
        faults.reached_by(lambda point: point == "toss.after-answer"),
        pytest.raises(InDoubt, match="NO_ANSWER") as error,
    ):
        ASKINGS[call](client)
    assert not error.value.answered
    assert len(network.requests) == 1


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (paid(), "ok"),
        (refused(404, "NOT_FOUND_PAYMENT"), "none"),
        (refused(401, "UNAUTHORIZED_KEY"), "not_done"),
        (refused(403, "FORBIDDEN_REQUEST"), "in_doubt"),
    ],
)
def test_looks_are_counted_by_what_came_of_them(reply: Any, outcome: str) -> None:
    """By the path as it is documented, and one of a few words."""
    client, _ = toss(reply)
    path = "/v1/payments/{paymentKey}"
    before = counted(path, outcome)
    with contextlib.suppress(RemoteError):
        client.find(payment_key=PAYMENT_KEY)
    assert counted(path, outcome) == before + 1


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (refused(403, "REJECT_CARD_PAYMENT"), "declined"),
        (refused(404, "NOT_FOUND_PAYMENT"), "not_payable"),
        (refused(400, "ALREADY_PROCESSED_PAYMENT"), "already_done"),
        (refused(500, "X" * 90), "in_doubt"),
    ],
)
def test_charges_are_counted_by_what_came_of_them(reply: Any, outcome: str) -> None:
    """Codes that Toss may invent make no new series."""
    client, _ = toss(reply)
    before = counted("/v1/payments/confirm", outcome)
    with pytest.raises(RemoteError):
        client.confirm(CONFIRM)
    assert counted("/v1/payments/confirm", outcome) == before + 1


def test_a_call_is_one_line_in_the_log() -> None:
    """Enough to follow a payment, and no key."""
    client, _ = toss(paid(), refused(403, "REJECT_CARD_PAYMENT"))
    with capture_logs() as lines:
        client.confirm(CONFIRM)
        with pytest.raises(RemoteDeclined):
            client.charge(CHARGE)
    assert all(line.pop("ms") >= 0 for line in lines)
    assert lines == [
        {
            "event": "toss.asked",
            "log_level": "info",
            "path": "/v1/payments/confirm",
            "order_id": "ORD-12345",
            "payment": "…bCd9",
            "status": 200,
            "outcome": "ok",
            "code": "",
        },
        {
            "event": "toss.asked",
            "log_level": "info",
            "path": "/v1/billing/{billingKey}",
            "order_id": "ORD-12345",
            "payment": "",
            "status": 403,
            "outcome": "declined",
            "code": "REJECT_CARD_PAYMENT",
        },
    ]


def test_the_figures_are_among_those_of_the_process() -> None:
    """`/metrics` shows them."""
    names = registry._collector_to_names
    assert "toss_calls" in names[counts.calls]
    assert "toss_circuit_open" in names[counts.circuit_open]


bodies = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"[" * 2000, b'{"code": "X"}', b'{"code": ["X"]}', b"null"]),
    st.builds(
        lambda name, value: httpx.Response(200, json=payment(**{name: value})).content,
        st.sampled_from(sorted(payment())),
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9)),
    ),
)


@given(status=st.integers(200, 599), body=bodies, call=st.sampled_from(sorted(ASKINGS)))
@hypothesis_settings(deadline=None)
def test_whatever_is_answered_only_the_ports_errors_come_of_it(
    status: int, body: bytes, call: str
) -> None:
    """Settlement has a rule for each of these, and for nothing else."""
    client, _ = toss(httpx.Response(status, content=body))
    try:
        found = ASKINGS[call](client)
    except RemoteError:
        return
    assert isinstance(found, RemotePayment) or call == "find"
