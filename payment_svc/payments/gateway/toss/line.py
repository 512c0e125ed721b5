"""The line to Toss: one pool of connections, and one request at a time over it."""

from __future__ import annotations

import time

import httpx

from payment_svc.payments.gateway.remote import InDoubt, NotDone, RemoteError
from payment_svc.payments.gateway.toss.answers import Answer, decoded
from payment_svc.payments.gateway.toss.asks import Ask
from payment_svc.payments.gateway.toss.settings import TossSettings

CONNECT_S = 2.0
MOST_CONNECTIONS = 64
# A connection costs a handshake; one that Toss has closed meanwhile is not used again.
KEPT_S = 30.0
LARGEST_ANSWER = 1024 * 1024

# Toss knows none of these codes: they are ours.
NOT_REACHED, NO_ANSWER, TOO_BUSY = "NOT_REACHED", "NO_ANSWER", "TOO_BUSY"
# The request never left.
_not_sent = (httpx.ConnectError, httpx.ConnectTimeout)


class _Unusable(Exception):
    """An answer that is too long, or too long in coming; why, to end a sentence."""


class Line:
    """Sends what is asked, from any thread."""

    def __init__(
        self, settings: TossSettings, transport: httpx.BaseTransport | None = None
    ) -> None:
        """`transport` stands for the network (tests)."""
        self._url = settings.api_url
        self._http = httpx.Client(
            base_url=settings.api_url,
            auth=httpx.BasicAuth(settings.secret_key, ""),
            # Compressed, a small answer could become a very large one.
            headers={"Accept-Encoding": "identity", "Accept-Language": "en-US"},
            limits=httpx.Limits(
                max_connections=MOST_CONNECTIONS,
                max_keepalive_connections=MOST_CONNECTIONS,
                keepalive_expiry=KEPT_S,
            ),
            transport=transport,
            # No proxy and no .netrc of the machine's decides where the key goes.
            trust_env=False,
        )

    def __repr__(self) -> str:
        return f"Line({self._url!r})"

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def exchange(self, ask: Ask, deadline: float) -> Answer | RemoteError:
        """Toss's answer, or what is known without one, when `deadline` has come.

        Errors are returned, not raised: those beneath hold requests with our keys,
        and would hang on to what is raised while they are handled.
        """
        try:
            return self._answer(ask, deadline)
        except _not_sent as error:
            return NotDone(NOT_REACHED, f"Toss was not reached ({_kind(error)}).")
        except httpx.PoolTimeout:
            return NotDone(TOO_BUSY, "All connections to Toss are in use.")
        except _Unusable as error:
            return InDoubt(NO_ANSWER, f"Toss's answer {error}.")
        except httpx.HTTPError as error:
            return InDoubt(NO_ANSWER, f"No answer came from Toss ({_kind(error)}).")

    def _answer(self, ask: Ask, deadline: float) -> Answer:
        with self._http.stream(
            ask.method,
            ask.path,
            content=ask.content(),
            headers=ask.headers(),
            timeout=_within(deadline),
        ) as response:
            return Answer(response.status_code, decoded(_read(response, deadline)))


def _within(deadline: float) -> httpx.Timeout:
    left = max(deadline - time.monotonic(), 0.001)
    return httpx.Timeout(left, connect=min(left, CONNECT_S), pool=min(left, CONNECT_S))


def _read(response: httpx.Response, deadline: float) -> bytes:
    """The body; a drip, which never meets the time-out of a piece, ends too."""
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise _Unusable(f"is longer than {LARGEST_ANSWER} bytes")
        if time.monotonic() > deadline:
            raise _Unusable("took too long")
    return bytes(body)


def _kind(error: Exception) -> str:
    """The kind alone: texts of errors may hold what nobody should read."""
    return type(error).__name__
