"""The one way an act is asked for: what will happen, why it is done, and then it is.

GET shows what will happen, POST does it. Who was slower than somebody else reads why it
can no longer be done, and what is so now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise

from common.ui.pages import PageRequest, page
from common.web.audit import actor_of
from common.web.idempotency import once
from orchestrator_svc.dashboard.acts import outlines, words
from orchestrator_svc.dashboard.acts.forms import ActForm
from orchestrator_svc.engine.outlook import Outlook

TEMPLATE = "acts/act.html"


class Refused(Exception):
    """The act cannot be done (any more), for a reason with a code."""

    def __init__(self, code: str, message: str = "") -> None:
        """`message` is said where the code has no words of its own."""
        super().__init__(message or code)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act on one thing: how it is called, what it would do, and doing it.

    `foresee` and `do` raise Refused; `do` is given who, what was said, and the key,
    which it minds itself where it `keeps_own_key`. `obstacles` are why it may go wrong.
    """

    title: str | Promise
    verb: str | Promise
    done: str | Promise
    form: type[ActForm]
    order_id: str
    foresee: Callable[[], Outlook]
    do: Callable[[str, str, str], None]
    subject: str
    obstacles: Callable[[], list[str]] = list
    is_grave: bool = False
    about: str = ""
    step: str = ""
    keeps_own_key: bool = False

    @property
    def story(self) -> str:
        """Where the order's story is told."""
        return f"/orders/{self.order_id}"


def answer(request: PageRequest, act: Act) -> HttpResponse:
    """The dialog, or what came of it."""
    if request.method != "POST":
        return _dialog(request, act, act.form())
    form = act.form(request.POST)
    if not form.is_valid():
        return _dialog(request, act, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _do(request, act, form)
    except Refused as refused:
        return _dialog(request, act, form, refused, status=HTTPStatus.CONFLICT)
    messages.success(request, str(act.done))
    return HttpResponseRedirect(act.story, status=HTTPStatus.SEE_OTHER)


def _do(request: PageRequest, act: Act, form: ActForm) -> None:
    actor = actor_of(request)
    if act.keeps_own_key:
        act.do(actor, form.text, form.key)
        return
    once(actor, request.path, form.key, lambda: act.do(actor, form.text, form.key))


def _dialog(
    request: PageRequest,
    act: Act,
    form: ActForm,
    refused: Refused | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    outlook = None
    try:
        outlook = act.foresee()
    except Refused as blocked:
        refused = refused or blocked
    context: dict[str, Any] = {
        "title": act.title,
        "act": act,
        "form": form,
        "why_not": words.why_not(refused.code, refused.message) if refused else "",
    }
    if outlook is not None and refused is None:
        context |= {
            "outlook": outlook,
            "lines": outlines.lines(outlook.lines),
            "moves": outlines.moves(outlook.moves),
            "obstacles": act.obstacles(),
        }
    return page(request, TEMPLATE, context, status=status)
