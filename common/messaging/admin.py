"""The mailbox in the admin: to be looked at, tried again, put aside, sent again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.messaging import repairs
from common.messaging.models import DeadLetter, InboxMessage, OutboxMessage
from common.messaging.presentation import pretty, readable_headers, readable_value
from common.web.admin import ReadOnlyAdmin
from common.web.audit import actor_of

ADMIN_REASON = "in the admin"
MAX_REPLAYED = 1000


class MessageAdmin(ReadOnlyAdmin):
    """Messages with readable payloads, found by exact key or id."""

    show_full_result_count = False
    exclude = ("value", "headers")
    readonly_fields = ("readable_headers", "readable_value")
    found_by: str = "message_key"

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Redriving, discarding and replaying are for operators."""
        user = request.user
        return bool(user.is_authenticated and user.has_perm("web.may_operate"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Exactly the term: parts of ids would mean to read every row."""
        term = search_term.strip()
        found = queryset.filter(**{self.found_by: term}) if term else queryset
        return found, False

    @admin.display(description="headers")
    def readable_headers(self, message: Any) -> SafeString:
        """The headers, one a line."""
        shown = pretty(readable_headers(message.headers))
        return format_html("<pre>{}</pre>", shown)

    @admin.display(description="value")
    def readable_value(self, message: Any) -> SafeString:
        """The payload with indents."""
        shown = pretty(readable_value(bytes(message.value)))
        return format_html("<pre>{}</pre>", shown)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(MessageAdmin):
    """What was sent, newest first."""

    list_display = ("message_id", "topic", "message_key", "created_at", "published_at")
    search_fields = ("message_key",)
    search_help_text = "An order's id."
    actions = ("replay_selected",)

    @admin.action(description="Send selected messages again", permissions=["operate"])
    def replay_selected(
        self, request: HttpRequest, chosen: QuerySet[OutboxMessage]
    ) -> None:
        """Send each once more, oldest first; whoever had it knows it by its id."""
        rows = list(chosen.order_by("position")[:MAX_REPLAYED])
        by = actor_of(request)
        count = repairs.replay(rows, by=by, target="admin", reason=ADMIN_REASON)
        self.message_user(request, f"{count} messages are sent again.")


@admin.register(InboxMessage)
class InboxMessageAdmin(ReadOnlyAdmin):
    """What was handled, newest first."""

    list_display = ("message_id", "topic", "message_key", "handled_at")
    search_fields = ("message_id",)
    search_help_text = "A message's id."
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Exactly the id."""
        term = search_term.strip()
        return (queryset.filter(message_id=term) if term else queryset), False


@admin.register(DeadLetter)
class DeadLetterAdmin(MessageAdmin):
    """Messages that could not be handled, newest first."""

    list_display = (
        "message_id",
        "status",
        "topic",
        "message_key",
        "attempts",
        "error",
        "next_try_at",
        "created_at",
    )
    list_filter = ("status", "topic")
    search_fields = ("message_key",)
    search_help_text = "An order's id."
    actions = ("redrive_selected", "discard_selected")

    @admin.action(description="Try selected letters again", permissions=["operate"])
    def redrive_selected(
        self, request: HttpRequest, chosen: QuerySet[DeadLetter]
    ) -> None:
        """Try each and what it holds back; say what could not be tried."""
        redriven = repairs.redrive_letters(
            list(chosen), by=actor_of(request), reason=ADMIN_REASON
        )
        for refusal in redriven.refused:
            self.message_user(request, refusal.detail, messages.WARNING)
        text = f"{redriven.resolved} of {len(redriven.tried)} letters are handled."
        self.message_user(request, text)

    @admin.action(description="Put selected letters aside", permissions=["operate"])
    def discard_selected(
        self, request: HttpRequest, chosen: QuerySet[DeadLetter]
    ) -> None:
        """Discard each for good; say which were closed already."""
        done = 0
        for letter in chosen.order_by("letter_id"):
            if refusal := repairs.discard_refusal(letter):
                self.message_user(request, refusal.detail, messages.WARNING)
                continue
            repairs.discard_letter(letter, by=actor_of(request), reason=ADMIN_REASON)
            done += 1
        self.message_user(request, f"{done} letters are put aside.")
