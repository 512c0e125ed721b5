"""How a service speaks to another one over HTTP."""

from __future__ import annotations

import ssl
from functools import cache
from urllib.parse import unquote, urlsplit

import httpx

from common.conf.service import service_url


def client_of(service: str, *, timeout: float | httpx.Timeout) -> httpx.Client:
    """A client of another service, to be closed by whoever asked for it.

    User and password of its address go into a header: httpx's errors, which end in
    logs, show the whole address.
    """
    address = urlsplit(service_url(service))
    bare = address._replace(netloc=address.netloc.rpartition("@")[2])
    auth = None
    if address.username is not None:
        auth = (unquote(address.username), unquote(address.password or ""))
    return httpx.Client(
        base_url=bare.geturl(), auth=auth, timeout=timeout, verify=_trust()
    )


@cache
def _trust() -> ssl.SSLContext:
    """Whom TLS believes; reading all those certificates takes longer than a request."""
    return httpx.create_ssl_context()
