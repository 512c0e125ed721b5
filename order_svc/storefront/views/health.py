"""Whether the shop serves, and whether what it speaks to does."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from common.conf.service import SERVICES
from common.web import peers
from common.web.health import Detail, answer, report
from common.web.reads import reads_only


def _lives(service: str) -> Detail:
    peers.get(service, "/livez")
    return {}


CHECKS = {name: partial(_lives, name) for name in SERVICES}


@reads_only
def livez(request: HttpRequest) -> HttpResponse:
    """This process answers; it serves whatever the services do, if only to say so."""
    return answer({"service": settings.SERVICE_NAME, "status": "ok"}, 200)


@reads_only
def health(request: HttpRequest) -> HttpResponse:
    """All four services answer: 200, else 503."""
    return report(CHECKS)
