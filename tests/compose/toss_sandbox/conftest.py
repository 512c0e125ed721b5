"""A merchant's desk, with nobody to tell of what changes."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from tests.compose.toss_sandbox.desk import Desk


@pytest.fixture(autouse=True)
def nobody_is_told(settings: Settings) -> None:
    """No webhooks, unless a test wants some."""
    settings.WEBHOOK_URL = ""


@pytest.fixture
def desk(db: None) -> Desk:
    """The merchant's desk."""
    return Desk()
