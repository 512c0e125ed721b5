"""Django finds nothing to warn of: two tag libraries of one name broke the admin."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client


@pytest.mark.django_db
def test_nothing_to_warn_of() -> None:
    """Not even in a part that no page of ours uses."""
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_the_admin_has_its_first_page(admin_client: Client) -> None:
    """With its own list of recent actions."""
    assert admin_client.get("/admin/").status_code == 200
