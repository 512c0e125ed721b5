"""Which tests are for one backend only."""

from __future__ import annotations

import pytest
from django.conf import settings

VENDORS = {
    "django.db.backends.sqlite3": "sqlite",
    "django.db.backends.postgresql": "postgresql",
    "common.mongodb": "mongodb",
}


def backend() -> str:
    """The backend these tests run on."""
    return VENDORS[settings.DATABASES["default"]["ENGINE"]]


def only_on(*vendors: str) -> pytest.MarkDecorator:
    """Skip a test elsewhere, saying so."""
    reason = f"is about {' and '.join(vendors)} only"
    return pytest.mark.skipif(backend() not in vendors, reason=reason)
