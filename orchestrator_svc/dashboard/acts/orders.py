"""Cancelling an order by its own id, whichever pattern it runs in."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx
import structlog
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from common.ui.access import OPERATE, needs
from common.ui.pages import PageRequest
from common.web.idempotency import HEADER
from common.web.peers import client_of
from orchestrator_svc.dashboard.acts.choreography import OrderSeen, outlook_of_cancel
from orchestrator_svc.dashboard.acts.dialog import Act, Refused, answer
from orchestrator_svc.dashboard.acts.forms import ReasonForm
from orchestrator_svc.engine import selectors
from orchestrator_svc.engine.outlook import Outlook

log = structlog.get_logger(__name__)

TIME_LIMIT_S = 3.0
NOT_OURS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OPERATE)
def cancel(request: PageRequest, order_id: str) -> HttpResponse:
    """A choreographed order is cancelled by its service; a saga leads any other."""
    led_by = selectors.find_by_order(order_id)
    if led_by is not None:
        return redirect("act-cancel", saga_id=led_by.saga_id)

    def foresee() -> Outlook:
        return outlook_of_cancel(_read(order_id))

    def do(by: str, said: str, key: str) -> None:
        _cancel(order_id, by=by, reason=said, key=key)

    act = Act(
        title=_("Cancel the order"),
        verb=_("Cancel the order"),
        done=_("The order is being cancelled."),
        form=ReasonForm,
        order_id=order_id,
        subject=order_id,
        foresee=foresee,
        do=do,
        is_grave=True,
        keeps_own_key=True,
    )
    return answer(request, act)


def _read(order_id: str) -> OrderSeen:
    told = _ask("", "GET", f"/api/orders/{order_id}")
    if told.status_code == HTTPStatus.NOT_FOUND:
        raise Http404(f"There is no order {order_id}.")
    try:
        return OrderSeen.read(_body(told))
    except (KeyError, TypeError, ValueError, ArithmeticError):
        raise Refused("UNREACHABLE") from None


def _cancel(order_id: str, *, by: str, reason: str, key: str) -> None:
    told = _ask(
        by,
        "POST",
        f"/api/orders/{order_id}/cancel",
        json={"reason": reason},
        headers={HEADER: key},
    )
    if told.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT):
        problem = _body(told)
        raise Refused(str(problem.get("code")), str(problem.get("detail", "")))
    if not told.is_success:
        raise Refused("UNREACHABLE")


def _ask(by: str, method: str, path: str, **sent: Any) -> httpx.Response:
    """The order service's answer. Raises Refused where it gives none that helps."""
    try:
        with client_of("order", timeout=TIME_LIMIT_S, acting_for=by) as http:
            told = http.request(method, path, **sent)
    except httpx.HTTPError as error:
        log.warning("acts.order_silent", error=str(error))
        raise Refused("UNREACHABLE") from None
    if told.status_code in NOT_OURS:
        raise Refused("FORBIDDEN")
    return told


def _body(told: httpx.Response) -> Mapping[str, Any]:
    try:
        body = told.raise_for_status().json() if told.is_success else told.json()
    except (httpx.HTTPError, ValueError):
        raise Refused("UNREACHABLE") from None
    return body if isinstance(body, dict) else {}
