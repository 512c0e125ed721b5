"""The start of a web process."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application


def wsgi_application() -> WSGIHandler:
    """The service of DJANGO_SETTINGS_MODULE, on a database in its currency.

    Raises OtherCurrency.
    """
    application = get_wsgi_application()
    # It needs Django's models, which are there now.
    from common.storage.currency import look_at_start

    look_at_start()
    return application
