"""How a service speaks to another one over HTTP."""

from __future__ import annotations

import ssl
from functools import cache
from urllib.parse import quote, unquote, urlsplit

import httpx

from common.conf.service import service_url

# By this a service says for whom it acts; common.web.audit reads it.
ON_BEHALF_OF = "X-On-Behalf-Of"


def client_of(
    service: str, *, timeout: float | httpx.Timeout, acting_for: str = ""
) -> httpx.Client:
    """A client of another service, to be closed by whoever asked for it.

    `acting_for` is the person who acts through us: their name is in the audit trail
    there beside ours, whose rights count.

    User and password of its address go into a header: httpx's errors, which end in
    logs, show the whole address.
    """
    address = urlsplit(service_url(service))
    bare = address._replace(netloc=address.netloc.rpartition("@")[2])
    auth = None
    if address.username is not None:
        auth = (unquote(address.username), unquote(address.password or ""))
    headers = {ON_BEHALF_OF: quote(acting_for)} if acting_for else None
    return httpx.Client(
        base_url=bare.geturl(),
        auth=auth,
        timeout=timeout,
        headers=headers,
        verify=_trust(),
    )


@cache
def _trust() -> ssl.SSLContext:
    """Whom TLS believes; reading all those certificates takes longer than a request."""
    return httpx.create_ssl_context()
