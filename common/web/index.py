"""The root of a service: where to go from here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

# The index itself, and what only browsers ask for.
UNLISTED = frozenset({"", "favicon.ico", "sign-in", "sign-out", "preferences"})


@extend_schema(exclude=True)
class Index(APIView):
    """This service and its addresses."""

    def get(self, request: Request) -> Response:
        """Links to the lists, the documentation, the admin and the checks."""
        base = request.build_absolute_uri("/")
        links = {path: f"{base}{path}" for path in plain_paths()}
        return Response({"service": settings.SERVICE_NAME, "links": links})


def plain_paths() -> list[str]:
    """The addresses without parameters, in the order of the URL configuration."""
    found = _paths(get_resolver().url_patterns)
    return [path for path in found if path not in UNLISTED]


def _paths(patterns: list[Any], prefix: str = "") -> list[str]:
    found = []
    for entry in patterns:
        path = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver) and str(entry.pattern) == "":
            found += _paths(entry.url_patterns, path)
        elif isinstance(entry, URLPattern) and "<" not in path:
            found.append(path)
    return found
