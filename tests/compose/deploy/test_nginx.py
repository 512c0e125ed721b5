"""nginx in front of shop and services: the real one, before services that echo."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from common.conf.defaults import MAX_BODY_BYTES
from compose.local.supervision import wait_until
from tests.compose.deploy.files import COMPOSE
from tests.compose.local.conftest import free_port

FOLDER = COMPOSE / "nginx"
UPSTREAMS = {
    "order": "http://order-web:3001",
    "payment": "http://payment-web:3002",
    "inventory": "http://inventory-web:3003",
    "orchestrator": "http://orchestrator-web:3004",
    "storefront": "http://storefront-web:3000",
}


class Service(BaseHTTPRequestHandler):
    """Answers with its name and the request as it came."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.dumps(
            {
                "service": getattr(self.server, "service", ""),
                "path": self.path,
                "headers": dict(self.headers.items()),
                "bytes": len(self.rfile.read(length)),
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Frame-Options", "SAMEORIGIN")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        pass


@dataclass(frozen=True, slots=True)
class Answer:
    """What nginx answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as an object."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(frozen=True, slots=True)
class Front:
    """The nginx that runs, and its services."""

    port: int
    services: dict[str, ThreadingHTTPServer]

    def ask(
        self, path: str, method: str = "GET", body: Any = None, **headers: str
    ) -> Answer:
        """One request and its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        chunked = isinstance(body, list)
        try:
            connection.request(
                method, path, body=body, headers=given, encode_chunked=chunked
            )
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def replaced(text: str, old: str, new: str) -> str:
    """`text` with each `old` replaced; there must be one."""
    assert old in text, old
    return text.replace(old, new)


def configuration(folder: Path, port: int, addresses: dict[str, str]) -> Path:
    """The file as it stands, but for places and addresses."""
    text = (FOLDER / "nginx.conf").read_text("utf-8")
    text = replaced(text, "listen 3000;", f"listen 127.0.0.1:{port};")
    # Before our own places stand there, which may lie below /tmp themselves:
    text = replaced(text, "/tmp/", f"{folder}/")  # noqa: S108 - the image's
    text = replaced(text, "/usr/share/nginx/saga", str(FOLDER / "site"))
    text = replaced(
        text, "access_log /dev/stdout json", f"access_log {folder}/log json"
    )
    for service, address in UPSTREAMS.items():
        text = replaced(text, address, addresses[service])
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


@contextmanager
def serving(service: str) -> Iterator[ThreadingHTTPServer]:
    """A service of that name on a port of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.service = service  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def answers(port: int) -> bool:
    """True when nginx serves."""
    try:
        return Front(port, {}).ask("/healthz").status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def nginx() -> str:
    """The program; on Debian it is off the path of who is not root."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if found is None:
        pytest.skip("nginx is not installed. On Debian: apt install nginx.")
    return found


@pytest.fixture(scope="module")
def front(nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """nginx before the shop and four services, one of which is not there: payment."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    names = ("order", "inventory", "orchestrator", "storefront")
    with ExitStack() as running_services:
        services = {
            name: running_services.enter_context(serving(name)) for name in names
        }
        addresses = {
            n: f"http://127.0.0.1:{s.server_port}" for n, s in services.items()
        }
        addresses["payment"] = f"http://127.0.0.1:{free_port()}"
        path = configuration(folder, port, addresses)
        # Root's workers would be somebody else's, and our folder is closed to others.
        as_root = "user root;" if os.geteuid() == 0 else ""
        options = ("-e", "stderr", "-c", str(path), "-g", f"daemon off; {as_root}")
        command = [nginx, *options]
        running = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            assert wait_until(lambda: answers(port), 10), running.poll()
            yield Front(port, services)
        finally:
            running.terminate()
            running.communicate(timeout=10)


def test_nginx_accepts_the_file(nginx: str, tmp_path: Path) -> None:
    """Without a warning."""
    path = configuration(tmp_path, free_port(), UPSTREAMS)
    done = subprocess.run(
        [nginx, "-t", "-q", "-e", "stderr", "-c", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/orders", "order"),
        ("/api/orders/ORD-1/cancel?x=1", "order"),
        ("/api/inventory/PROD001", "inventory"),
        ("/api/reservations/order/ORD-1", "inventory"),
        ("/api/orchestrator/sagas?status[]=FAILED", "orchestrator"),
        ("/static/rest_framework/css/bootstrap.min.css", "orchestrator"),
        ("/static/shop/shop.css?v=1", "storefront"),
        ("/static/ui/base.css", "storefront"),
        ("/static/django_htmx/htmx-2.min.js", "storefront"),
        ("/", "storefront"),
        ("/payment/success?orderId=ORD-1&paymentKey=k", "storefront"),
        ("/orders/ORD-1", "storefront"),
    ],
)
def test_a_path_leads_to_its_service(front: Front, path: str, service: str) -> None:
    """With its query, and as it was written."""
    answer = front.ask(path)
    assert answer.status == 200
    assert (answer.json["service"], answer.json["path"]) == (service, path)


@pytest.mark.parametrize(
    "path",
    ["/api/ordersx", "/admin/", "/metrics", "/api/messages/inbox", "/health"],
)
def test_what_is_not_ours_to_show_is_not_found(front: Front, path: str) -> None:
    """A problem document, as a service would answer."""
    answer = front.ask(path)
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["status"] == 404
    assert (answer.json["code"], answer.json["error"]) == ("NOT_FOUND", "Not found")
    assert answer.json["message"] == answer.json["detail"]


def test_the_page_says_what_is_where(front: Front) -> None:
    """Strict headers, its own style, no script."""
    page = front.ask("/services")
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b'href="/api/orchestrator/sagas"' in page.body
    assert b"<script" not in page.body and b"style=" not in page.body
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Server"] == "nginx"
    style = front.ask("/services.css")
    assert (style.status, style.headers["Content-Type"]) == (200, "text/css")


def test_a_services_headers_are_its_own(front: Front) -> None:
    """None is doubled or changed; what it lacks is added."""
    answer = front.ask("/api/orders")
    assert answer.headers.get_all("X-Frame-Options") == ["SAMEORIGIN"]
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    missing = front.ask("/api/nothing")
    assert missing.headers.get_all("X-Frame-Options") == ["DENY"]


def test_a_service_learns_who_asks_and_how(front: Front) -> None:
    """The host with its port, so that its links are right."""
    got = front.ask("/api/orders", Host="localhost:3000").json["headers"]
    assert got["Host"] == got["X-Forwarded-Host"] == "localhost:3000"
    assert got["X-Forwarded-For"] == "127.0.0.1"
    assert got["X-Forwarded-Proto"] == "http"


def test_a_proxy_with_tls_in_front_is_believed(front: Front) -> None:
    """The last address outside of the machine's networks is the client's.

    What the client itself wrote before it is not passed on.
    """
    got = front.ask(
        "/api/orders",
        X_Forwarded_For="6.6.6.6, 203.0.113.9, 192.168.1.1",
        X_Forwarded_Proto="https",
    ).json["headers"]
    assert got["X-Forwarded-For"] == "203.0.113.9"
    assert got["X-Forwarded-Proto"] == "https"


def test_a_body_as_large_as_a_service_takes_passes(front: Front) -> None:
    """One byte more does not, and the service does not see it."""
    answer = front.ask("/api/orders", "POST", b"x" * MAX_BODY_BYTES)
    assert (answer.status, answer.json["bytes"]) == (200, MAX_BODY_BYTES)
    answer = front.ask("/api/orders", "POST", b"x" * (MAX_BODY_BYTES + 1))
    assert answer.status == 413
    assert answer.json["code"] == "BODY_TOO_LARGE"


def test_a_body_in_chunks_arrives_with_its_length(front: Front) -> None:
    """Services read none without."""
    answer = front.ask(
        "/api/orders", "POST", [b"abc", b"def"], Transfer_Encoding="chunked"
    )
    assert answer.json["bytes"] == 6
    assert answer.json["headers"]["Content-Length"] == "6"


def test_a_service_that_is_away_is_unavailable(front: Front) -> None:
    """The client is told to come back, and how soon."""
    answer = front.ask("/api/payments", "POST", b"{}")
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "2"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["code"] == "UNAVAILABLE"
    assert "Retry-After" not in front.ask("/api/nothing").headers


def test_nginx_is_well_by_itself(front: Front) -> None:
    """Whatever its services are."""
    assert front.ask("/healthz").body == b"ok\n"
