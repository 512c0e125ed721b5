"""The few static files of admin, browsable API and documentation, without a build.

A production set-up may put a web server in front of /static/; nothing here needs it.
"""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.static import serve

from common.web.reads import reads_only

CACHE = "public, max-age=3600"


@reads_only
def static_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file that an installed app brings along."""
    try:
        found = finders.find(path)
    except SuspiciousFileOperation:  # a path that leads out of the static folders
        raise Http404 from None
    if not isinstance(found, str) or not Path(found).is_file():
        raise Http404
    file = Path(found)
    response = serve(request, file.name, document_root=str(file.parent))
    response.headers["Cache-Control"] = CACHE
    return response


@reads_only
def no_icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for an icon on every page; the answer is that there is none."""
    return HttpResponse(status=204, headers={"Cache-Control": CACHE})
