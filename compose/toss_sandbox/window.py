"""The payment window: a person enters a card and pays, or closes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.conf.toss_sandbox import CLIENT_KEY
from compose.toss_sandbox import sessions
from compose.toss_sandbox.addresses import back_address, origin, with_answer
from compose.toss_sandbox.cards import CARDS, card_numbered, grouped
from compose.toss_sandbox.effects import is_storable
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.middleware import CSP, policy
from compose.toss_sandbox.money import amount_written, for_people, number
from compose.toss_sandbox.pages import broken
from compose.toss_sandbox.sessions import Wanted
from compose.toss_sandbox.texts import texts

CLOSED = "PAY_PROCESS_CANCELED"
_expiry = re.compile(r"\s*(0[1-9]|1[0-2])\s*/\s*(?:20)?(\d\d)\s*", re.ASCII).fullmatch
_cvc = re.compile(r"\d{3,4}", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class Opened:
    """What the merchant opened the window for, and where it leads to."""

    wanted: Wanted
    success: SplitResult
    fail: SplitResult

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """From the window's address. Raises TossError."""
        if query.get("clientKey") != CLIENT_KEY:
            raise TossError("UNAUTHORIZED_KEY")
        name = query.get("orderName", "")
        return cls(
            Wanted(
                order_id=query.get("orderId", ""),
                amount=amount_written(query.get("amount", "")),
                order_name=name if is_storable(name) else "",
            ),
            back_address("successUrl", query.get("successUrl", "")),
            back_address("failUrl", query.get("failUrl", "")),
        )


@dataclass(frozen=True, slots=True)
class Entered:
    """What the customer has typed."""

    card: str = ""
    expiry: str = ""
    cvc: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Self:
        """From the form, or from the address of a test card's link."""
        return cls(*(fields.get(name, "")[:40] for name in ("card", "expiry", "cvc")))


@require_http_methods(["GET", "HEAD", "POST"])
def window(request: HttpRequest) -> HttpResponse:
    """The customer pays, or goes back without."""
    try:
        opened = Opened.read(request.GET.dict())
    except TossError as error:
        return broken(request, error)
    if request.method != "POST":
        return _page(request, opened, Entered.read(request.GET.dict()))
    if "close" in request.POST:
        return _closed(opened)
    entered = Entered.read(request.POST.dict())
    problem = _problem_with(entered)
    if problem:
        return _page(request, opened, entered, problem)
    return _paid(request, opened, entered)


def _paid(request: HttpRequest, opened: Opened, entered: Entered) -> HttpResponse:
    key = request.POST.get("paymentKey", "")
    card = card_numbered(entered.card)
    try:
        payment = sessions.agreed_in_window(key, opened.wanted, card)
    except TossError:
        return _page(request, opened, entered, texts().too_late)
    answer = with_answer(
        opened.success,
        paymentType="NORMAL",
        paymentKey=payment.payment_key,
        orderId=payment.order_id,
        amount=str(number(payment.total)),
    )
    return _redirected(answer, opened)


def _closed(opened: Opened) -> HttpResponse:
    answer = with_answer(
        opened.fail,
        code=CLOSED,
        message=texts().closed,
        orderId=opened.wanted.order_id,
    )
    return _redirected(answer, opened)


def _problem_with(entered: Entered) -> str:
    """Why this card can't be taken, as a sentence; empty when it can."""
    try:
        card_numbered(entered.card)
    except TossError:
        return texts().not_a_test_card
    if not _is_in_future(entered.expiry):
        return texts().wrong_expiry
    return "" if _cvc(entered.cvc.strip()) else texts().wrong_cvc


def _is_in_future(expiry: str) -> bool:
    """A card is good until the end of the month on it."""
    found = _expiry(expiry)
    if found is None:
        return False
    today = timezone.localdate()
    return (2000 + int(found[2]), int(found[1])) >= (today.year, today.month)


def _page(
    request: HttpRequest, opened: Opened, entered: Entered, problem: str = ""
) -> HttpResponse:
    payment = sessions.opened(opened.wanted)
    year = timezone.localdate().year % 100 + 3
    page = {
        "payment": payment,
        "amount": for_people(payment.total, payment.currency),
        "entered": entered,
        "problem": problem,
        "cards": [_offer(request, card.number, year) for card in CARDS.values()],
    }
    response = render(
        request, "toss_sandbox/window.html", page, status=422 if problem else 200
    )
    response[CSP] = policy(*_origins(opened))
    return response


def _offer(request: HttpRequest, number: str, year: int) -> dict[str, str]:
    """A test card, what it does, and the link that fills it in."""
    query = request.GET.copy()
    query.update({"card": grouped(number), "expiry": f"12/{year:02}", "cvc": "123"})
    for name in ("card", "expiry", "cvc"):
        query[name] = query.getlist(name)[-1]
    meaning = texts().cards[CARDS[number].name]
    return {
        "number": grouped(number),
        "meaning": meaning,
        "link": f"?{query.urlencode()}",
    }


def _redirected(url: str, opened: Opened) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    response[CSP] = policy(*_origins(opened))
    return response


def _origins(opened: Opened) -> tuple[str, str]:
    return origin(opened.success), origin(opened.fail)
