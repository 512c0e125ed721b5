"""The books' tables."""

from __future__ import annotations

from django.core.management import call_command


def test_no_migration_is_missing(db: None) -> None:
    """What the models say is what the migrations make; else it exits with 1."""
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
