"""Loud readers of the environment: a wrong value stops the process with a sentence."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")
SECRET_MARKS = ("SECRET", "PASSWORD", "TOKEN", "KEY", "URL")


class ConfigurationError(EnvironmentError):
    """An environment variable is missing or has a value that is not allowed."""

    def __init__(self, name: str, value: str | None, allowed: str) -> None:
        """Say which variable, what it holds (secrets are not shown), what it may."""
        super().__init__(f"{name} {_shown(name, value)}; {allowed}.")
        self.name = name


def _shown(name: str, value: str | None) -> str:
    if value is None:
        return "is not set"
    if value == "":
        return "is empty"
    if any(mark in name for mark in SECRET_MARKS):
        return "has a value that is not allowed (not shown here)"
    return f"is {value!r}"


def env_str(name: str, default: str | None = None, *, min_length: int = 0) -> str:
    """The text of `name`; an empty variable counts as not set."""
    value = os.environ.get(name) or default
    if value is None:
        raise ConfigurationError(name, os.environ.get(name), "it is required")
    if len(value) < min_length:
        allowed = f"it must have at least {min_length} characters"
        raise ConfigurationError(name, value, allowed)
    return value


def env_int(
    name: str, default: int | None = None, *, minimum: int = 0, maximum: int = 2**31 - 1
) -> int:
    """The whole number in `name`, within the bounds."""
    allowed = f"it must be a whole number from {minimum} to {maximum}"
    text = env_str(name, None if default is None else str(default))
    try:
        value = int(text)
    except ValueError:
        raise ConfigurationError(name, text, allowed) from None
    if not minimum <= value <= maximum:
        raise ConfigurationError(name, text, allowed)
    return value


def env_bool(name: str, default: bool | None = None) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off, in any case."""
    text = env_str(name, None if default is None else str(default)).lower()
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    allowed = f"it must be one of {', '.join(TRUE)} or {', '.join(FALSE)}"
    raise ConfigurationError(name, text, allowed)


def env_choice(name: str, choices: Sequence[str], default: str | None = None) -> str:
    """The text of `name`, which is one of `choices`."""
    value = env_str(name, default)
    if value not in choices:
        allowed = f"it must be one of {', '.join(choices)}"
        raise ConfigurationError(name, value, allowed)
    return value


def env_list(name: str, default: str | None = None) -> list[str]:
    """The parts of a comma-separated list, trimmed, empty ones dropped."""
    parts = [part.strip() for part in env_str(name, default).split(",")]
    found = [part for part in parts if part]
    if not found:
        allowed = "it must name at least one, separated by commas"
        raise ConfigurationError(name, ",".join(parts), allowed)
    return found


def env_url(
    name: str, default: str | None = None, *, schemes: Sequence[str]
) -> SplitResult:
    """The address in `name`, whose scheme is one of `schemes`."""
    value = env_str(name, default)
    parts = urlsplit(value)
    if parts.scheme not in schemes:
        starts = " or ".join(f"{scheme}://" for scheme in schemes)
        allowed = f"its scheme is {parts.scheme!r}, and it must start with {starts}"
        raise ConfigurationError(name, value, allowed)
    return parts


def file_of(address: SplitResult) -> Path:
    """The path in an address; `scheme:///a` and `scheme:////a` both mean /a."""
    return Path("/" + unquote(address.path).lstrip("/"))
