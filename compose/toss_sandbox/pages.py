"""The other pages: the receipt, the sandbox's books, and what is not there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe

from compose.toss_sandbox import effects
from compose.toss_sandbox.calls import refused
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import (
    CHARGED,
    Behaviour,
    LoggedRequest,
    TossPayment,
    Webhook,
)
from compose.toss_sandbox.money import for_people
from compose.toss_sandbox.texts import texts

NEWEST = 50


@require_safe
def receipt(request: HttpRequest, payment_key: str) -> HttpResponse:
    """How a payment stands; with a charge it is its receipt."""
    payment = effects.find_by_key(payment_key)
    if payment is None:
        return not_found(request)
    page = {
        **_row(payment),
        "cancels": [
            (for_people(one.amount, payment.currency), one.reason)
            for one in payment.cancels.all()
        ],
    }
    return render(request, "toss_sandbox/receipt.html", page)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The newest payments and calls."""
    page = {
        "rows": [_row(payment) for payment in TossPayment.objects.all()[:NEWEST]],
        "calls": LoggedRequest.objects.order_by("-id")[:NEWEST],
        "webhooks": Webhook.objects.count(),
        "moods": Behaviour.objects.all(),
    }
    return render(request, "toss_sandbox/overview.html", page)


def broken(request: HttpRequest, error: TossError) -> HttpResponse:
    """The page that stands where a window should be."""
    page = {"title": texts().cannot_open, "why": error.message, "code": error.code}
    return render(request, "toss_sandbox/broken.html", page, status=error.status)


def not_found(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Nothing is at this address."""
    page = {"title": texts().not_there}
    return render(request, "toss_sandbox/broken.html", page, status=404)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form of the window was not sent from the window."""
    page = {"title": texts().form_too_old}
    return render(request, "toss_sandbox/broken.html", page, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of the sandbox: the API says so as Toss would, a page to a person."""
    if request.path.startswith("/v1/"):
        return refused(TossError("COMMON_ERROR"))
    page = {"title": texts().failed}
    return render(request, "toss_sandbox/broken.html", page, status=500)


def _row(payment: TossPayment) -> dict[str, object]:
    return {
        "payment": payment,
        "charged": payment.status in CHARGED,
        "total": for_people(payment.total, payment.currency),
        "balance": for_people(payment.balance, payment.currency),
    }
