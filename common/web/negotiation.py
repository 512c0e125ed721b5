"""Which form an answer takes; most clients do not care, and that is seen at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

TAKES_JSON = frozenset({"", "*/*", "application/json"})


class Negotiation(DefaultContentNegotiation):
    """DRF's own, but for those who take what comes first it need not be worked out."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> Any:
        """The renderer and its media type. Raises NotAcceptable."""
        wanted = request.META.get("HTTP_ACCEPT", "")
        first = next(iter(renderers))
        if (
            wanted in TAKES_JSON
            and not format_suffix
            and first.media_type == "application/json"
            and "format" not in request.META.get("QUERY_STRING", "")
        ):
            return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)
