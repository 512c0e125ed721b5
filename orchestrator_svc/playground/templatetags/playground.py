"""What the playground says of faults and of the books, in whole sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import clock
from common.ui.templatetags.ui import money, seconds
from orchestrator_svc.playground.board import Board, Column, Verdict
from orchestrator_svc.playground.faults import Fault
from orchestrator_svc.playground.models import Run
from orchestrator_svc.playground.selectors import FaultOn

register = template.Library()

SERVICE_NAMES = {
    "order": gettext_lazy("order service"),
    "payment": gettext_lazy("payment service"),
    "inventory": gettext_lazy("inventory service"),
    "orchestrator": gettext_lazy("orchestrator"),
}
TONES = {
    Verdict.MOVING: "",
    Verdict.UNSEEN: "warn",
    Verdict.RIGHT: "good",
    Verdict.WRONG: "bad",
    Verdict.NOTHING: "",
}
MINUTE = 60
# Not each second: what changes less is sent less.
STEP_S = 5


@register.simple_tag(name="service_name")
def name_of(service: str) -> str:
    """A service as a sentence calls it."""
    return str(SERVICE_NAMES.get(service, service))


@register.simple_tag(name="service_names")
def names_of(services: Sequence[str]) -> str:
    """Several of them."""
    return ", ".join(map(name_of, services))


@register.simple_tag
def how_often(fault: FaultOn) -> str:
    """How often a fault that is on strikes, and how long who meets it waits."""
    parts = [_("every time") if fault.percent == 100 else f"{fault.percent} %"]
    if fault.seconds:
        parts.append(_("%s each") % seconds(fault.seconds))
    if fault.times is not None:
        left = ngettext("%d more time", "%d more times", fault.times)
        parts.append(left % fault.times)
    return ", ".join(parts)


@register.simple_tag
def lasts(fault: Fault) -> str:
    """How long a fault that can be turned on goes on, or how often it strikes."""
    if fault.times:
        return ngettext("%d time", "%d times", fault.times) % fault.times
    return span(fault.lasts_s)


@register.simple_tag
def time_left(until: datetime) -> str:
    """When a fault ends by itself, in steps of some seconds."""
    left = _left(until)
    return _("%s left") % span(-(-left // STEP_S) * STEP_S)


@register.simple_tag
def share_left(since: datetime, until: datetime) -> int:
    """How much of its time is left, in per cent."""
    whole = (until - since).total_seconds() or 1
    return round(100 * _left(until) / whole)


def span(number: int) -> str:
    """A number of seconds as people say it."""
    if number < 2 * MINUTE:
        return _("%d s") % number
    return _("%d min") % (number // MINUTE)


@register.inclusion_tag("playground/_verdict.html")
def verdict(run: Run, board: Board) -> dict[str, Any]:
    """What can be said of a run, and how it is coloured."""
    return {
        "board": board,
        "tone": TONES[board.verdict],
        "is_moving": board.verdict is Verdict.MOVING,
        "heading": _heading(run, board),
        "words": _words(board),
    }


def _heading(run: Run, board: Board) -> str:
    found = {
        Verdict.UNSEEN: _("All orders have ended."),
        Verdict.RIGHT: _("Nothing lost, nothing done twice."),
        Verdict.WRONG: _("The books do not agree."),
        Verdict.NOTHING: _("Nothing was sent."),
    }
    if board.verdict in found:
        return found[board.verdict]
    if run.is_open:
        said = _("%(sent)d of %(total)d orders are sent.")
        return said % {"sent": run.sent, "total": run.total}
    return _("All orders are under way.")


def _words(board: Board) -> str:
    if board.verdict is Verdict.RIGHT:
        return _right(board)
    found = {
        Verdict.UNSEEN: _("The books are looked at once every service answers."),
        Verdict.WRONG: _("Look at the columns: one has money or goods too many."),
        Verdict.NOTHING: "",
    }
    if board.verdict in found:
        return found[board.verdict]
    said = _("%(ended)d of %(total)d have come to an end.")
    return said % {"ended": board.ended, "total": board.total}


def _right(board: Board) -> str:
    counted = {
        "orders": board.total,
        "completed": board.completed,
        "undone": board.undone,
        "kept": money(board.charged - board.refunded),
        "held": board.held,
    }
    return (
        _(
            "All %(orders)d orders have ended: %(completed)d completed, %(undone)d "
            "undone. What was charged and not given back, %(kept)s, is to the cent the "
            "sum of the completed orders, and the %(held)d pieces that are set aside "
            "are theirs."
        )
        % counted
    )


@register.simple_tag
def books(column: Column) -> SafeString:
    """The books of a pattern: money, goods and time, each in a sentence."""
    return format_html(
        '<p class="num">{}</p><p class="num">{}</p><p class="num quiet">{}</p>',
        _money(column),
        _goods(column),
        _time(column),
    )


def _money(column: Column) -> str:
    said = {
        "charged": money(column.charged),
        "refunded": money(column.refunded),
        "kept": money(column.kept),
        "sold": money(column.sold),
    }
    if column.kept == column.sold:
        return (
            _(
                "%(charged)s charged − %(refunded)s given back = %(kept)s, the sum of "
                "the completed orders."
            )
            % said
        )
    return (
        _(
            "%(charged)s charged − %(refunded)s given back = %(kept)s; the completed "
            "orders come to %(sold)s so far."
        )
        % said
    )


def _goods(column: Column) -> str:
    said = {"held": column.held, "ordered": column.ordered}
    if column.held == column.ordered:
        return _("%(held)d pieces set aside, as many as were sold.") % said
    return _("%(held)d pieces set aside, %(ordered)d sold so far.") % said


def _time(column: Column) -> str:
    if column.typical is None or column.slowest is None:
        return _("No order has ended yet.")
    said = {
        "typical": seconds(column.typical.total_seconds()),
        "slowest": seconds(column.slowest.total_seconds()),
    }
    return (
        _("From order to end: %(typical)s in the middle, %(slowest)s at most.") % said
    )


def _left(until: datetime) -> int:
    return max(0, round((until - clock.now()).total_seconds()))
