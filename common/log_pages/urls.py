"""The paths of the log pages, for a service that installs them."""

from __future__ import annotations

from django.urls import path

from common.log_pages import letter_views, views

PLACE = "log/topics/<str:topic>/<int:partition>/<int:offset>"
LETTERS = "log/dead-letters"
LETTER = f"{LETTERS}/<str:service>/<id:letter_id>"

urlpatterns = [
    path("log", views.log, name="log"),
    path("log/groups", views.groups, name="log-groups"),
    path("log/topics/<str:topic>", views.topic, name="log-topic"),
    path(PLACE, views.message, name="log-message"),
    path(f"{PLACE}/value", views.value, name="log-value"),
    path(LETTERS, letter_views.letters, name="log-letters"),
    path(f"{LETTERS}/redrive", letter_views.redrive, name="log-redrive"),
    path(f"{LETTERS}/discard", letter_views.discard, name="log-discard"),
    path(LETTER, letter_views.letter, name="log-letter"),
    path(f"{LETTER}/value", letter_views.value, name="log-letter-value"),
]
