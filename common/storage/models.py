"""What a database says of itself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class KeptSetting(models.Model):
    """A setting that the rows were written under, and can be read under only."""

    name = models.CharField(max_length=40, primary_key=True, db_column="_id")
    value = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"
