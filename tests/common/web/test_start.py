"""A web process serves a database in its own currency only."""

from __future__ import annotations

import pytest

from common.contracts.money import KRW, used
from common.storage.currency import NAME, OtherCurrency
from common.storage.models import KeptSetting
from common.web.start import wsgi_application

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_does_not_start_on_a_database_in_another_currency() -> None:
    """Whoever loads the application is told, before the first request."""
    KeptSetting.objects.update_or_create(name=NAME, defaults={"value": "USD"})
    assert callable(wsgi_application())
    with used(KRW), pytest.raises(OtherCurrency, match="and CURRENCY is KRW"):
        wsgi_application()
