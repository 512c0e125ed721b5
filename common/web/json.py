"""JSON in and out: decimals stay decimals, and a hostile body is a 400, never a 500."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

import msgspec
from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from common.web.errors import CONTENT_TYPE, Problem, TooLarge

# Escapes for what no database stores: NUL, and halves of surrogate pairs.
_suspicious = (b"\\u0000", b"\\ud", b"\\uD")


class JSONParser(BaseParser):
    """Reads at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes of strict JSON."""

    media_type = "application/json"
    renderer_class: type[BaseRenderer]

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value in the body. Raises TooLarge, ParseError."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes.")
        return decode(body)


def decode(body: bytes) -> Any:
    """The value of a JSON text, with decimals for fractions. Raises ParseError."""
    try:
        text = body.decode()  # UTF-8 only; json would guess others
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
        if any(mark in body for mark in _suspicious):
            _check_text(value)
    except RecursionError:
        raise ParseError("The body is not usable JSON: nested too deeply.") from None
    except ArithmeticError:
        raise ParseError("The body has a number that is out of range.") from None
    except ValueError as error:
        raise ParseError(f"The body is not valid JSON: {error}.") from None
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _check_text(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, default=str)
    text.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
    if "\\u0000" in text:
        raise ValueError("texts must not contain the character U+0000")


def _plain(value: Any) -> Any:
    """What msgspec does not know: lazy texts and texts of a subclass."""
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_plain)


def encode(value: Any) -> bytes:
    """`value` as JSON; decimals become numbers with their places."""
    return _encoder.encode(value)


class JSONRenderer(BaseRenderer):
    """Writes JSON; a Problem is announced as one."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "text"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The body of an answer."""
        context = renderer_context or {}
        if data is None:
            return b""
        response: Any = context.get("response")
        # A browsable page borrows another of us for its middle, and stays a page.
        if isinstance(data, Problem) and response.accepted_renderer is self:
            response["Content-Type"] = CONTENT_TYPE
        if context.get("indent"):
            return msgspec.json.format(encode(data), indent=int(context["indent"]))
        return encode(data)


# What a browsable page writes its form for POST with.
JSONParser.renderer_class = JSONRenderer
