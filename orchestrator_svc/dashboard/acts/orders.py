"""Cancelling an order by its own id, whichever pattern it runs in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from common.ui.access import OPERATE, needs
from common.ui.pages import PageRequest
from common.web import peers
from orchestrator_svc.dashboard.acts.choreography import OrderSeen, outlook_of_cancel
from orchestrator_svc.dashboard.acts.dialog import Act, Refused, answer
from orchestrator_svc.dashboard.acts.forms import ReasonForm
from orchestrator_svc.engine import selectors
from orchestrator_svc.engine.outlook import Outlook

TIME_LIMIT_S = 3.0
REASONS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


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
    with _asking():
        found = peers.find("order", f"/api/orders/{order_id}", timeout=TIME_LIMIT_S)
        if found is None:
            raise Http404(f"There is no order {order_id}.")
        with peers.reading("order"):
            return OrderSeen.read(found)


def _cancel(order_id: str, *, by: str, reason: str, key: str) -> None:
    path, said = f"/api/orders/{order_id}/cancel", {"reason": reason}
    with _asking():
        peers.post("order", path, said, key=key, by=by, timeout=TIME_LIMIT_S)


@contextmanager
def _asking() -> Iterator[None]:
    """What the order service does not do is Refused, for a reason of its or ours."""
    try:
        yield
    except peers.NoAnswer:
        raise Refused("UNREACHABLE") from None
    except peers.Refused as refused:
        if refused.status in REASONS:
            raise Refused(refused.code, refused.detail) from None
        is_ours = refused.status in peers.NOT_US
        raise Refused("FORBIDDEN" if is_ours else "UNREACHABLE") from None
