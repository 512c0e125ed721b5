"""What a browser may do with the sandbox's pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

CSP = "Content-Security-Policy"


def policy(*origins: str) -> str:
    """No script, no frame, no other site's files; forms go home or to these."""
    targets = " ".join(("'self'", *sorted(set(origins))))
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action {targets}"
    )


def security(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Every answer carries the policy, and is kept by nobody.

    A name that somebody bent to this machine is answered by nothing (DisallowedHost).
    """

    def answer(request: HttpRequest) -> HttpResponse:
        request.get_host()
        response = get_response(request)
        response.setdefault(CSP, policy())
        response["X-Content-Type-Options"] = "nosniff"
        # Without its origin a browser's form would fail Django's check of it.
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store"
        return response

    return answer
