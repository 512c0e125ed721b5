"""What comes back from Toss, read so that no body can do harm."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from common.conf.logs import masked_text

# Far more digits than an amount of money has; more is no number of ours.
DIGITS = 24
# What no database stores: NUL, and halves of surrogate pairs.
_unstorable = re.compile(r"[\x00\ud800-\udfff]")
_code = re.compile(r"[A-Za-z0-9_.-]{1,100}").fullmatch


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON of an answer; None where the body is not JSON."""

    status: int
    body: Any = field(repr=False)

    @property
    def is_success(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300

    @property
    def is_failing(self) -> bool:
        """True where Toss, or what stands before it, is not well."""
        return self.status >= 500 or self.status == 429 or self.body is None

    def complaint(self) -> tuple[str, str]:
        """Code and message of an error, in either of Toss's forms; empty for none."""
        found = self.body if isinstance(self.body, dict) else {}
        inner = found.get("error")
        found = inner if isinstance(inner, dict) else found
        code, message = found.get("code"), found.get("message")
        return (
            code if isinstance(code, str) and _code(code) else "",
            masked_text(storable(message, 500)) if isinstance(message, str) else "",
        )


def decoded(content: bytes) -> Any:
    """The JSON of a body; None where it is none."""
    try:
        return json.loads(
            content.decode(),
            parse_float=_number,
            parse_int=_number,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        return None


def storable(text: str, length: int) -> str:
    """`text` as a column of that length takes it."""
    return _unstorable.sub("\ufffd", text)[:length]


def _number(text: str) -> Decimal | int | str:
    """The number; as text where it is so long that counting with it would do harm."""
    if len(text) > DIGITS:
        return text[:DIGITS]
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    if abs(number.adjusted()) > DIGITS:
        return text
    return int(number) if text.lstrip("-").isdigit() else number


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
