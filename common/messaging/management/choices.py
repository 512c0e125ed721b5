"""What arguments of several commands mean."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta

from common import clock

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_age = re.compile(r"(\d{1,6})([smhd])").fullmatch


def moment(text: str) -> datetime:
    """An ISO 8601 time (UTC if it names no zone), or an age such as 90s, 5m, 2h, 1d."""
    age = _age(text)
    if age is not None:
        return clock.now() - timedelta(**{UNITS[age[2]]: int(age[1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"{text!r} is neither a time such as 2026-01-31T09:00 nor an age such as 2h"
        ) from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def days(text: str) -> timedelta:
    """A whole number of days, from 1 on."""
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= 36_500:
        return timedelta(days=int(text))
    raise ArgumentTypeError(f"{text!r} is not a whole number of days from 1 to 36500")
