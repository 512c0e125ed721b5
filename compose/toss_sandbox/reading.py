"""JSON in a request: one object with exact numbers, or a complaint."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from compose.toss_sandbox.errors import TossError


def object_in(request: HttpRequest) -> dict[str, Any]:
    """The object in the body. Raises TossError."""
    try:
        body = json.loads(request.body, parse_float=Decimal)
    except RequestDataTooBig:
        raise TossError("INVALID_REQUEST", "The body is too large.") from None
    except (ValueError, RecursionError):
        raise TossError("INVALID_REQUEST", "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise TossError("INVALID_REQUEST", "The body must be a JSON object.")
    return body
