"""A server on this machine that answers as it is told, and counts connections."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from payment_svc.tests.gateway.toss.doubles import payment

Behaviour = Callable[["Conversation"], None]


class Conversation(BaseHTTPRequestHandler):
    """One connection, with as many requests as the client sends over it."""

    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        """A connection has come."""
        super().setup()
        with self.server.lock:
            self.server.connections += 1

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.lock:
            self.server.requests.append((self.command, self.path, dict(self.headers)))
        self.server.behaviour(self)

    def say(self, status: int, body: bytes, **headers: str) -> None:
        """An answer of this length."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self, length: int) -> None:
        """The head of an answer; its body may come, or not."""
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def hang_up(self) -> None:
        """The connection breaks off."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: Any) -> None:
        """Nothing: the tests look at `requests`."""


class Server(ThreadingHTTPServer):
    """Does what `behaviour` says, until `over` is set."""

    daemon_threads = True

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.behaviour = behaviour
        self.lock = threading.Lock()
        self.connections = 0
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is what some tests are about."""


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[Server]:
    """A server within the block."""
    server = Server(behaviour)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join(20)
        server.server_close()


def pays(conversation: Conversation) -> None:
    """The payment, charged."""
    conversation.say(200, json.dumps(payment()).encode())


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
