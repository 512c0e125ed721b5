"""Faults of the surroundings, not of the message: it waits where it is."""

from __future__ import annotations

from common.log.port import LogUnavailable
from common.storage import outages


def is_outage(error: BaseException) -> bool:
    """True where log or database, and not what was asked of them, is at fault."""
    return isinstance(error, LogUnavailable) or outages.is_outage(error)
