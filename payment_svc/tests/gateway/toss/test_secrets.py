"""Keys are in no log, no error, no repr, no frame and no page."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import httpx
import pytest
from django.views.debug import SafeExceptionReporterFilter

from common.conf import logs
from payment_svc.payments.gateway.remote import RemoteError
from payment_svc.payments.gateway.toss.client import Toss
from payment_svc.payments.gateway.toss.line import Line
from payment_svc.tests.gateway.toss.doubles import (
    ASKINGS,
    BILLING_KEY,
    CUSTOMER_KEY,
    PAYMENT_KEY,
    SECRET_KEY,
    SETTINGS,
    WEBHOOK_SECRET,
    paid,
    refused,
    toss,
)
from payment_svc.tests.gateway.toss.listening import Conversation, free_port, serving

# The secret key as Basic has it, and the billing key as a path has it.
DISGUISED = ("dGVzdF9za180RmY5S3AyTHFYd1o6", "billing-Zq7_Wv%3D%3D")
SECRETS = (SECRET_KEY, BILLING_KEY, CUSTOMER_KEY, WEBHOOK_SECRET, *DISGUISED)

REPLIES = [
    paid(),
    refused(403, "REJECT_CARD_PAYMENT"),
    refused(400, "INVALID_REQUEST", f"the key {SECRET_KEY} is odd"),
    httpx.Response(200, json={"secret": WEBHOOK_SECRET, "billingKey": BILLING_KEY}),
    httpx.Response(502, text="<html>"),
    httpx.ReadTimeout(f"at {SECRET_KEY}"),
    httpx.ConnectError(f"at {SECRET_KEY}"),
]


def revealed(text: str) -> list[str]:
    """The secrets that stand in a text."""
    return [secret for secret in SECRETS if secret in text]


def error_of(client: Toss, call: str) -> RemoteError | None:
    """What the call comes to where it fails; this frame holds no secret."""
    try:
        ASKINGS[call](client)
    except RemoteError as error:
        return error
    return None


@pytest.fixture(params=["production", "demo"])
def said(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """All that is logged, as this profile writes it, even at LOG_LEVEL=DEBUG."""
    monkeypatch.setenv("APP_PROFILE", request.param)
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    levels = logs.logging_settings("payment")["loggers"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter("payment"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in ("httpx", "httpcore"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.NOTSET)
        if name in levels:
            logging.getLogger(name).setLevel(levels[name]["level"])
    yield stream.getvalue
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.parametrize("call", ASKINGS)
@pytest.mark.parametrize("reply", REPLIES)
def test_no_log_tells_them(call: str, reply: Any, said: Any) -> None:
    """Ours or the library's, whatever comes of the call, and with its traceback."""
    client, _ = toss(reply)
    error = error_of(client, call)
    logging.getLogger("a").error("failed", exc_info=error)
    assert "toss.asked" in said()
    assert revealed(said()) == []


def breaks(conversation: Conversation) -> None:
    """The request is read, and nothing said."""
    conversation.hang_up()


@pytest.mark.parametrize("call", ASKINGS)
def test_over_a_real_line_no_log_tells_them_either(call: str, said: Any) -> None:
    """The library beneath logs what it sends, at DEBUG."""
    with serving(breaks) as server:
        client = Toss(replace(SETTINGS, api_url=server.url), pause=lambda _: None)
        error_of(client, call)
        client.close()
    assert "toss.asked" in said()
    assert revealed(said()) == []


@pytest.mark.parametrize("call", ASKINGS)
@pytest.mark.parametrize("reply", REPLIES[1:])
def test_no_error_tells_them(call: str, reply: Any) -> None:
    """Neither its text, nor what hangs on to it, nor the variables of its frames."""
    client, _ = toss(reply)
    error = error_of(client, call)
    assert error is not None
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    assert revealed("".join(told.format())) == []
    assert revealed(f"{error} {error!r} {error.code} {error.message}") == []
    assert (error.__cause__, error.__context__) == (None, None)


def test_an_error_of_a_real_line_tells_none_of_them() -> None:
    """Nobody listens; the frames of the library are gone."""
    settings = replace(SETTINGS, api_url=f"http://127.0.0.1:{free_port()}")
    client = Toss(settings, pause=lambda _: None)
    for call in ASKINGS:
        error = error_of(client, call)
        assert error is not None
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert revealed("".join(told.format())) == []
    client.close()


def test_nothing_shows_itself_with_them() -> None:
    """The client, its line, its settings."""
    client, _ = toss()
    shown = f"{client!r} {client} {SETTINGS!r} {Line(SETTINGS)!r}"
    assert revealed(shown) == []
    assert "https://toss.test" in shown


def test_what_is_kept_of_a_payment_holds_none_of_them() -> None:
    """It is shown in the API and in the admin."""
    client, _ = toss(paid(billingKey=BILLING_KEY, customerKey=CUSTOMER_KEY))
    found = client.find(payment_key=PAYMENT_KEY)
    assert revealed(repr(found)) == []


@pytest.mark.usefixtures("sandbox")
def test_djangos_settings_hold_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """So no page of Django's can show them; were they there, it would hide them."""
    shown = repr(SafeExceptionReporterFilter().get_safe_settings())
    for secret in ("test_sk_sandbox", "billing_sandbox", "customer_sandbox"):
        assert secret not in shown
    hides = SafeExceptionReporterFilter().cleanse_setting
    for name in ("TOSS_SECRET_KEY", "TOSS_BILLING_KEY", "TOSS_CUSTOMER_KEY"):
        with suppress(AttributeError):
            assert "k-1" not in str(hides(name, "k-1"))
