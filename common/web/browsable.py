"""DRF's browsable pages, as our JSON looks and without what would need HTML forms."""

from __future__ import annotations

from typing import Any

from rest_framework.renderers import BrowsableAPIRenderer


class BrowsableRenderer(BrowsableAPIRenderer):
    """The pages show the JSON a client gets; a POST is written as JSON text."""

    def get_rendered_html_form(
        self, data: Any, view: Any, method: str, request: Any
    ) -> Any:
        """No HTML forms: the API reads JSON only, which the raw form offers."""
        if method in ("DELETE", "OPTIONS"):
            return super().get_rendered_html_form(data, view, method, request)
        return None
