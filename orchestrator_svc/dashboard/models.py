"""What people keep on the dashboard."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

NAME_LENGTH = 60
QUERY_LENGTH = 2000


class Tab(models.TextChoices):
    """The two lists, one for each pattern."""

    SAGAS = "sagas", "Orchestration"
    ORDERS = "orders", "Choreography"


class SavedFilter(models.Model):
    """A list's filter under a name that its owner gave it.

    Nobody signs in where everybody on the machine may do everything: there the owner
    is empty, and the filters are everybody's.
    """

    filter_id = models.CharField(max_length=64, primary_key=True, db_column="_id")
    owner = models.CharField(max_length=150, blank=True)
    name = models.CharField(max_length=NAME_LENGTH)
    tab = models.CharField(max_length=12, choices=Tab.choices)
    query = models.CharField(max_length=QUERY_LENGTH, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "filter_id"]
        indexes: ClassVar = [
            models.Index(fields=["owner", "name"], name="saved_filter_owner")
        ]

    def __str__(self) -> str:
        return self.name
