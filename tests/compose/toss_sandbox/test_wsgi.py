"""The sandbox as a process: its books outlive kill -9, its news arrive."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.toss.sandbox import SandboxProcess

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

KEY = ("test_sk_sandbox", "")
DEADLINE_S = 40
LOST_CARD = "4000000000000341"


class Merchant(ThreadingHTTPServer):
    """Hears webhooks; its first answer is that it is busy."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Ears)
        self.heard: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/webhook"


class _Ears(BaseHTTPRequestHandler):
    server: Merchant

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 200 if self.server.heard else 503
        self.server.heard.append(json.loads(body)["data"])
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    """A merchant who listens."""
    with Merchant() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def process(tmp_path: Path, merchant: Merchant) -> Iterator[SandboxProcess]:
    """A sandbox that runs."""
    found = SandboxProcess(tmp_path, merchant.url)
    found.start()
    yield found
    found.stop()


def agreed(process: SandboxProcess, order_id: str, **more: Any) -> dict[str, Any]:
    """The customer has agreed."""
    body = {"orderId": order_id, "amount": 29.99, **more}
    answer = httpx.post(f"{process.url}/sandbox/payments", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def confirm(process: SandboxProcess, body: dict[str, Any]) -> httpx.Response | None:
    """The answer to a confirm under the payment's own key, or None for none."""
    url, headers = f"{process.url}/v1/payments/confirm", {"Idempotency-Key": _key(body)}
    try:
        return httpx.post(url, json=body, headers=headers, auth=KEY, timeout=60)
    except httpx.TransportError:
        return None


def status_of(process: SandboxProcess, body: dict[str, Any]) -> str:
    """What the books say."""
    url = f"{process.url}/v1/payments/{body['paymentKey']}"
    return str(httpx.get(url, auth=KEY).json()["status"])


def wait_until(holds: Callable[[], bool], what: Callable[[], object]) -> None:
    """Return when it holds; fail with what is there instead."""
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def test_what_was_answered_outlives_the_process(process: SandboxProcess) -> None:
    """Killed under 60 confirms: each answer given is in the books, each repeat is one.

    What had no answer was charged or was not; its repeat has a clear answer.
    """
    bodies = [agreed(process, f"ORD-0000{number}") for number in range(10, 70)]
    answered = threading.Event()

    def ask(body: dict[str, Any]) -> httpx.Response | None:
        answer = confirm(process, body)
        answered.set()
        return answer

    with ThreadPoolExecutor(20) as pool:
        futures = [pool.submit(ask, body) for body in bodies]
        assert answered.wait(DEADLINE_S)
        process.kill()
        first = [future.result() for future in futures]
    assert None in first, "it was killed too late to show anything"
    process.start()
    for body, answer in zip(bodies, first, strict=True):
        again = confirm(process, body)
        assert again is not None
        assert (again.status_code, again.json()["status"]) == (200, "DONE")
        if answer is not None:
            assert answer.content == again.content
    assert {status_of(process, body) for body in bodies} == {"DONE"}


def test_a_lost_answer_breaks_the_line(process: SandboxProcess) -> None:
    """The client sees no answer, and the books a charge."""
    body = agreed(process, "ORD-000001", cardNumber=LOST_CARD)
    assert confirm(process, body) is None
    assert status_of(process, body) == "DONE"


def test_news_arrive_though_the_merchant_was_busy(
    process: SandboxProcess, merchant: Merchant
) -> None:
    """Told again after the pause, and not a third time."""
    confirm(process, agreed(process, "ORD-000001"))
    wait_until(lambda: len(merchant.heard) == 2, lambda: merchant.heard)
    assert [one["status"] for one in merchant.heard] == ["DONE", "DONE"]


def test_news_outlive_the_process(process: SandboxProcess, merchant: Merchant) -> None:
    """What was held back when it died is told by the next."""
    hold = {"path": "webhook", "action": "hold"}
    httpx.put(f"{process.url}/sandbox/behaviour", json=hold).raise_for_status()
    confirm(process, agreed(process, "ORD-000001"))
    process.kill()
    process.start()
    assert merchant.heard == []
    httpx.delete(f"{process.url}/sandbox/behaviour").raise_for_status()
    wait_until(lambda: len(merchant.heard) == 2, lambda: merchant.heard)


def _key(body: dict[str, Any]) -> str:
    return f"confirm-{body['orderId']}"
