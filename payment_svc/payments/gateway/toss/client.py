"""Toss over HTTP: one call a method, and what came of it as the port says.

Repeated here is only what is safe and quick: a look, and a call that never left.
Everything else is settlement's to repeat, after a look.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
import structlog

from common import faults
from payment_svc.payments.gateway.remote import (
    ChargeAgreed,
    Confirm,
    GiveBack,
    InDoubt,
    NotDone,
    NotPayable,
    RemoteDeclined,
    RemoteError,
    RemotePayment,
)
from payment_svc.payments.gateway.toss import counts
from payment_svc.payments.gateway.toss.breaker import NOT_REACHED, Breaker
from payment_svc.payments.gateway.toss.errors import error_of
from payment_svc.payments.gateway.toss.records import payment_of
from payment_svc.payments.gateway.toss.settings import TossSettings

log = structlog.get_logger(__name__)

CONNECT_S = 2.0
LOOKS = 3
MOST_CONNECTIONS = 32
# Toss knows neither of these codes: they are ours.
NO_ANSWER, UNREADABLE = "NO_ANSWER", "UNREADABLE_ANSWER"
# The request never left, or never arrived.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Toss:
    """The RemoteProvider of Toss; one for a process, used by all its threads."""

    def __init__(
        self, settings: TossSettings, transport: httpx.BaseTransport | None = None
    ) -> None:
        """`transport` stands for the network (tests)."""
        self.currency = settings.currency
        self._settings = settings
        self._breaker = Breaker(settings.breaker_reset_s)
        self._http = httpx.Client(
            base_url=settings.api_url,
            auth=httpx.BasicAuth(settings.secret_key, ""),
            timeout=httpx.Timeout(float(settings.timeout_s), connect=CONNECT_S),
            limits=httpx.Limits(max_connections=MOST_CONNECTIONS),
            transport=transport,
            trust_env=False,
        )

    def __repr__(self) -> str:
        return f"Toss({self._settings.api_url!r})"

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def confirm(self, request: Confirm) -> RemotePayment:
        """Charge what the customer agreed to."""
        body = {
            "paymentKey": request.payment_key,
            "orderId": request.order_id,
            "amount": request.amount,
        }
        return self._charge("/v1/payments/confirm", body, request.idempotency_key)

    def charge(self, request: ChargeAgreed) -> RemotePayment:
        """Charge by the billing key."""
        body = {
            "customerKey": self._settings.customer_key,
            "orderId": request.order_id,
            "orderName": request.order_name,
            "amount": request.amount,
        }
        path = f"/v1/billing/{quote(self._settings.billing_key, safe='')}"
        return self._charge(path, body, request.idempotency_key)

    def give_back(self, request: GiveBack) -> RemotePayment:
        """Cancel all of the payment, or a part of it."""
        path = f"/v1/payments/{quote(request.payment_key, safe='')}/cancel"
        body = {"cancelReason": request.reason, "cancelAmount": request.amount}
        return self._ask("cancel", "POST", path, body, request.idempotency_key)

    def find(
        self, *, payment_key: str = "", order_id: str = ""
    ) -> RemotePayment | None:
        """Read the payment back; a look does no harm, so it is tried a few times."""
        by_order = f"orders/{quote(order_id, safe='')}"
        path = (
            f"/v1/payments/{quote(payment_key, safe='') if payment_key else by_order}"
        )
        for tries_left in reversed(range(LOOKS)):
            try:
                return self._ask("find", "GET", path)
            except NotPayable:
                return None
            except (InDoubt, NotDone):
                if not tries_left or self._breaker.is_open:
                    raise
        return None

    def _charge(self, path: str, body: dict[str, Any], key: str) -> RemotePayment:
        faults.reach("toss.decline", fail=_declined)
        what = "confirm" if path.endswith("/confirm") else "billing"
        return self._ask(what, "POST", path, body, key)

    def _ask(
        self,
        what: str,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        key: str = "",
    ) -> RemotePayment:
        """One call, counted and told, through the breaker. Raises RemoteError."""
        begin = time.perf_counter()
        outcome = "OK"
        try:
            faults.reach("toss.before-call", fail=_not_reached)
            return self._breaker.call(lambda: self._send(method, path, body, key))
        except RemoteError as error:
            outcome = error.code
            raise
        finally:
            seconds = time.perf_counter() - begin
            counts.count(what, outcome, seconds)
            order_id = (body or {}).get("orderId", "")
            ms = round(seconds * 1000, 1)
            log.info("toss.asked", what=what, order_id=order_id, outcome=outcome, ms=ms)

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None, key: str
    ) -> RemotePayment:
        response = _answered(lambda: self._request(method, path, body, key))
        faults.reach("toss.after-answer", fail=_no_answer)
        found = _json(response)
        if response.is_success:
            return payment_of(found)
        code, message = _complaint(found)
        raise error_of(response.status_code, code or UNREADABLE, message)

    def _request(
        self, method: str, path: str, body: dict[str, Any] | None, key: str
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, default=_number).encode()
        return self._http.request(method, path, content=content, headers=headers)


def _answered(send: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer; a connection that could not be had is tried for once more."""
    try:
        try:
            return send()
        except NEVER_LEFT:
            return send()
    except NEVER_LEFT as error:
        raise NotDone(NOT_REACHED, f"Toss was not reached: {_name(error)}") from None
    except httpx.HTTPError as error:
        raise InDoubt(NO_ANSWER, f"No answer from Toss: {_name(error)}") from None


def _name(error: Exception) -> str:
    """The kind alone: texts and requests of errors may hold what nobody should read."""
    return type(error).__name__


def _json(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content, parse_float=Decimal)
    except ValueError:
        return None


def _complaint(body: Any) -> tuple[str, str]:
    """Code and message of an error, in either of Toss's forms."""
    found = body if isinstance(body, dict) else {}
    inner = found.get("error")
    found = inner if isinstance(inner, dict) else found
    code, message = found.get("code"), found.get("message")
    return (
        code[:100] if isinstance(code, str) else "",
        message[:500] if isinstance(message, str) else "Toss did not say why.",
    )


def _number(value: Any) -> int | float:
    """A decimal as JSON's number: exact for the few digits of an amount."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no form in JSON")
    return int(value) if value == value.to_integral_value() else float(value)


def _declined() -> RemoteError:
    return RemoteDeclined("REJECT_CARD_PAYMENT", "Declined by a fault turned on here.")


def _not_reached() -> RemoteError:
    return NotDone(NOT_REACHED, "Not reached, by a fault turned on here.")


def _no_answer() -> RemoteError:
    return InDoubt(NO_ANSWER, "No answer, by a fault turned on here.")
