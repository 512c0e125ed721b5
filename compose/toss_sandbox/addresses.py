"""Where the window may send a browser back to: this machine, and nowhere else."""

from __future__ import annotations

from ipaddress import IPv4Address
from urllib.parse import SplitResult, urlencode, urlsplit

from compose.toss_sandbox.errors import TossError

LONGEST = 2_000


def back_address(name: str, url: str) -> SplitResult:
    """The address in the parameter `name`. Raises TossError.

    Browsers read a backslash as a slash, drop tabs and line ends, and take what stands
    before an @ for a name: an address with any of these may lead elsewhere.
    """
    is_plain = url.isascii() and url.isprintable() and not set(url) & set("\\ @<>\"'")
    try:
        parts = urlsplit(url)
        is_ours = _is_ours(parts.hostname or "") and (parts.port or 80) > 0
    except ValueError:
        is_ours = False
    if not (is_plain and is_ours and parts.scheme in ("http", "https")):
        raise TossError(
            "INVALID_REQUEST",
            f"{name} must be an http or https address on localhost or 127.0.0.1.",
        )
    if len(url) > LONGEST:
        raise TossError("INVALID_REQUEST", f"{name} is longer than {LONGEST}.")
    return parts


def with_answer(parts: SplitResult, **answer: str) -> str:
    """The address with the answer in its query."""
    query = "&".join(part for part in (parts.query, urlencode(answer)) if part)
    return parts._replace(query=query).geturl()


def origin(parts: SplitResult) -> str:
    """Scheme, host and port, as a content security policy names them."""
    return f"{parts.scheme}://{parts.netloc}"


def _is_ours(host: str) -> bool:
    return host == "localhost" or IPv4Address(host).is_loopback
