"""The paths of the mailbox, to be included by every service."""

from __future__ import annotations

from django.urls import path

from common.messaging.api import views

BASE = "api/messages"
LETTERS = f"{BASE}/dead-letters"

urlpatterns = [
    path(f"{BASE}/outbox", views.OutboxList.as_view(), name="outbox"),
    path(f"{BASE}/inbox", views.InboxList.as_view(), name="inbox"),
    path(f"{BASE}/story", views.StoryOfOrder.as_view(), name="story-of-order"),
    path(LETTERS, views.DeadLetterList.as_view(), name="dead-letters"),
    path(
        f"{LETTERS}/counts", views.DeadLetterCounts.as_view(), name="count-dead-letters"
    ),
    path(
        f"{LETTERS}/redrive",
        views.DeadLetterRedriveMany.as_view(),
        name="redrive-dead-letters",
    ),
    path(
        f"{LETTERS}/<id:letter_id>",
        views.DeadLetterDetail.as_view(),
        name="dead-letter",
    ),
    path(
        f"{LETTERS}/<id:letter_id>/value",
        views.DeadLetterValue.as_view(),
        name="dead-letter-value",
    ),
    path(
        f"{LETTERS}/<id:letter_id>/redrive",
        views.DeadLetterRedrive.as_view(),
        name="redrive-dead-letter",
    ),
    path(
        f"{LETTERS}/<id:letter_id>/discard",
        views.DeadLetterDiscard.as_view(),
        name="discard-dead-letter",
    ),
]
