"""The pages of the log: overview, a topic's messages, one message, consumer groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.log.port import Admin, LogRecord, LogUnavailable, UnknownTopic
from common.log.positions import Share
from common.log_pages import messages, overview
from common.log_pages.forms import MessageSearch
from common.log_pages.rows import Row, at_of
from common.log_pages.source import the_log
from common.ui.access import READ, needs
from common.ui.pages import PageRequest, fragment, page

Context = dict[str, Any]
UNAVAILABLE = 503


@require_safe
@needs(READ)
def log(request: PageRequest) -> HttpResponse:
    """Brokers, topics and groups."""

    def ask(admin: Admin) -> Context:
        return {"log": overview.overview(admin, clock.now())}

    return _live(
        request, "log/overview.html", ask, {"title": _("Event log"), "tab": "log"}
    )


@require_safe
@needs(READ)
def groups(request: PageRequest) -> HttpResponse:
    """Consumer groups with members, lag and what is stalled."""

    def ask(admin: Admin) -> Context:
        return {"groups": overview.groups(admin, clock.now())}

    context = {"title": _("Consumer groups"), "tab": "groups"}
    return _live(request, "log/groups.html", ask, context)


@require_safe
@needs(READ)
def topic(request: PageRequest, topic: str) -> HttpResponse:
    """A topic's partitions and messages."""
    search = MessageSearch(request.GET)
    search.is_valid()
    wanted = search.wanted(topic)

    def ask(admin: Admin) -> Context:
        found = messages.find(admin, wanted)
        return {
            "topic": overview.topic(admin, topic, clock.now()),
            "found": found,
            "rows": [Row(record) for record in found.records],
            "reached": found.reached and at_of(found.reached),
        }

    context = {
        "title": topic,
        "name": topic,
        "search": search,
        "wanted": wanted,
        "is_live": wanted.is_newest,
        "tab": "log",
    }
    return _live(request, "log/topic.html", ask, context)


@require_safe
@needs(READ)
def message(
    request: PageRequest, topic: str, partition: int, offset: int
) -> HttpResponse:
    """One message, whole."""
    context: Context = {"title": _("Message %d of partition %d") % (offset, partition)}
    try:
        around = _around(topic, partition, offset)
    except LogUnavailable as error:
        context["away"] = str(error)
        return page(request, "log/message_away.html", context, UNAVAILABLE)
    context |= {"row": Row(around[offset]), "name": topic}
    for name, beside in (("previous", offset - 1), ("next", offset + 1)):
        context[name] = Row(around[beside]) if beside in around else None
    return page(request, "log/message.html", context)


@require_safe
@needs(READ)
def value(
    request: PageRequest, topic: str, partition: int, offset: int
) -> HttpResponse:
    """The value of a message as it came, to be kept as a file."""
    try:
        record = _around(topic, partition, offset)[offset]
    except LogUnavailable as error:
        context = {"title": topic, "away": str(error)}
        return page(request, "log/message_away.html", context, UNAVAILABLE)
    return as_file(record.value, f"{topic}-{partition}-{offset}.bin")


def as_file(content: bytes, name: str) -> HttpResponse:
    """Bytes that a browser keeps and never shows."""
    safe = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in name)
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{safe}"'},
    )


def _around(topic: str, partition: int, offset: int) -> dict[int, LogRecord]:
    """The record at this place, and those beside it. Raises Http404, LogUnavailable."""
    share = Share((topic, partition), max(offset - 1, 0), 3)
    try:
        found = the_log().ask(lambda admin: admin.read_shares([share]))
    except UnknownTopic:
        found = ()
    records = {record.offset: record for record in found}
    if offset not in records:
        raise Http404
    return records


def _live(
    request: PageRequest,
    template: str,
    ask: Callable[[Admin], Context],
    context: Context,
) -> HttpResponse:
    """A page whose live part is what the log says, or that it says nothing.

    The live part of `log/x.html` is `log/_x.html`.
    """
    status, part = 200, template.replace("/", "/_")
    try:
        context = {**context, **the_log().ask(ask), "part": part}
    except UnknownTopic:
        raise Http404 from None
    except LogUnavailable as error:
        status = UNAVAILABLE
        context = {**context, "part": "log/_away.html", "away": str(error)}
    if getattr(request, "htmx", False):
        # Also one that says the log is away is shown in the place of the old part.
        return fragment(request, context["part"], context)
    return page(request, template, context, status)
