"""The playground's page, its live parts, and its buttons."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from orchestrator_svc.playground.models import Run
from orchestrator_svc.playground.urls import urlpatterns
from orchestrator_svc.tests.playground.conftest import Peers, stored
from orchestrator_svc.tests.playground.test_selectors import FAULT, order

pytestmark = pytest.mark.django_db
PAGE: dict[str, Any] = {"HTTP_ACCEPT": "text/html"}
RUN = {"total": "3", "modes": "BOTH", "product": "mixed", "quantity": ""}
MICE = {"productId": "PROD002", "productName": "Mouse", "price": 29.99}
OWN = {"what": "slow:payment", "percent": "50", "lasts_s": "60", "wait_s": "2"}
HOSTILE = "<script>alert(1)</script>" + "ア" * 100
POSTS = (
    "/playground/runs",
    "/playground/runs/PLAY-000000000001/stop",
    "/playground/faults",
    "/playground/faults/off",
    "/playground/faults/order/FAULT-1/off",
    "/playground/presets/declined",
    "/playground/stock",
)
GETS = (
    "/playground",
    "/playground/faults/on",
    "/playground/runs/PLAY-000000000001",
    "/playground/runs/PLAY-000000000001/board",
)


@pytest.fixture
def browser() -> Client:
    """A person's browser on this machine."""
    return Client(**PAGE)


@pytest.fixture(autouse=True)
def _all_is_well(services: Peers) -> None:
    for service in ("order", "payment", "inventory", "orchestrator"):
        services.say(service, "GET /api/faults", {"faults": []})
    services.pages("inventory", "/api/inventory", MICE)
    services.pages("order", "/api/orders")
    services.pages("payment", "/api/payments")
    services.pages("inventory", "/api/reservations")


def said(answer: Any) -> list[str]:
    """The messages of the page that an answer leads to."""
    return [str(one) for one in answer.context["messages"]]


def test_the_page_before_anything_was_sent(browser: Client) -> None:
    """Says so, and what to do."""
    answer = browser.get("/playground")
    assert answer.status_code == 200
    assert b"No orders have been sent yet" in answer.content
    assert b"Nothing is wrong just now." in answer.content
    assert b'<option value="PROD002">Mouse</option>' in answer.content


def test_a_run_is_started_and_shown(browser: Client) -> None:
    """On a page of its own, which survives a reload."""
    answer = browser.post("/playground/runs", RUN)
    run = Run.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/playground/runs/{run.run_id}#board",
    )
    assert (run.total, run.modes) == (3, ["ORCHESTRATION", "CHOREOGRAPHY"])
    page = browser.get(f"/playground/runs/{run.run_id}")
    assert b"0 of 3 orders are sent." in page.content
    assert page.content.count(b'class="tile waiting"') == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("total", "501"),
        ("total", "0"),
        ("total", "many"),
        ("modes", "NONE"),
        ("product", HOSTILE),
        ("quantity", "11"),
        ("quantity", "-1"),
    ],
)
def test_a_run_that_cannot_be(browser: Client, field: str, value: str) -> None:
    """The field says why, and nothing is sent."""
    answer = browser.post("/playground/runs", {**RUN, field: value})
    assert answer.status_code == 422
    assert b'class="error" role="alert"' in answer.content
    assert b"<script>alert" not in answer.content
    assert Run.objects.count() == 0


def test_a_second_run_waits_for_the_first(browser: Client) -> None:
    """Which is said, and is no error page."""
    stored()
    answer = browser.post("/playground/runs", RUN, follow=True)
    assert said(answer) == ["Another run is still being sent; stop it first."]


def test_without_the_inventory_nothing_can_be_ordered(
    browser: Client, services: Peers
) -> None:
    """The page is there all the same."""
    services.say("inventory", "GET /api/inventory", 503)
    answer = browser.get("/playground")
    assert b"The inventory does not say just now" in answer.content
    assert browser.post("/playground/runs", RUN).status_code == 422


def test_a_run_is_stopped(browser: Client) -> None:
    """By its button."""
    run = stored()
    browser.post(f"/playground/runs/{run.run_id}/stop")
    run.refresh_from_db()
    assert run.status == "STOPPED"


def test_a_tile_leads_to_the_story(browser: Client, services: Peers) -> None:
    """And says in words what its colour means."""
    services.pages("order", "/api/orders", order("ORD-2", "COMPLETED"))
    run = stored(total=2, orders=("ORD-1", "ORD-2"), status="SENT")
    board = browser.get(f"/playground/runs/{run.run_id}/board").content.decode()
    assert (
        '<a id="t1" class="tile completed" title="2: completed" href="/orders/ORD-2">'
        in board
    )


def test_a_board_that_is_the_same_is_not_sent_again(browser: Client) -> None:
    """304 for what the browser has, compressed or not."""
    address = f"/playground/runs/{stored(orders=('a',)).run_id}/board"
    first = browser.get(address, HTTP_ACCEPT_ENCODING="gzip")
    assert first["Content-Encoding"] == "gzip"
    known = browser.get(
        address, HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=first["ETag"]
    )
    assert (known.status_code, known.content) == (304, b"")
    plain = browser.get(address)
    assert gzip.decompress(first.content) == plain.content


def test_a_board_of_500_orders_is_small(browser: Client) -> None:
    """At most 30 kB on the line, though each order has an id that nothing shortens."""
    orders = tuple(f"ORD-{uuid.uuid4().hex}" for _ in range(500))
    run = stored(total=500, orders=orders, status="SENDING")
    answer = browser.get(
        f"/playground/runs/{run.run_id}/board", HTTP_ACCEPT_ENCODING="gzip"
    )
    assert gzip.decompress(answer.content).count(b'class="tile ') == 500
    assert len(answer.content) <= 30_000


def test_a_board_at_its_end_asks_no_more(browser: Client, services: Peers) -> None:
    """Its verdict is the last word."""
    run = stored(total=1, orders=("",), status="SENT")
    board = browser.get(f"/playground/runs/{run.run_id}/board").content
    assert b"data-live" not in board
    assert b"Nothing lost, nothing done twice." in board
    moving = stored(number=2, total=1, orders=("ORD-1",), status="SENT")
    assert b"data-live" in browser.get(f"/playground/runs/{moving.run_id}").content


def test_faults_that_are_on_are_shown_with_their_time(
    browser: Client, services: Peers
) -> None:
    """How often, how long still, and what is seen of them."""
    services.say("order", "GET /api/faults", {"faults": [FAULT]})
    part = browser.get("/playground/faults/on").content.decode()
    assert "The service is slow" in part
    assert "29 %, 2.0 s each" in part
    assert "60 s left" in part
    assert "/playground/faults/order/FAULT-1/off" in part
    assert "the service knows it and acts once" in part


def test_a_preset_is_turned_on(browser: Client, services: Peers) -> None:
    """Each of its faults at its service."""
    for service in ("payment", "inventory"):
        services.say(service, "POST /api/faults", {})
    answer = browser.post("/playground/presets/lost", follow=True)
    assert said(answer) == ["The faults are on."]
    assert services.requests("POST") == [
        ("payment", "/api/faults"),
        ("inventory", "/api/faults"),
    ]
    assert browser.post("/playground/presets/none").status_code == 404


def test_a_fault_of_ones_own_is_turned_on(browser: Client, services: Peers) -> None:
    """As it was filled in."""
    services.say("payment", "POST /api/faults", {})
    browser.post("/playground/faults", {**OWN, "times": "4"})
    body = json.loads(services.asked[-1][1].content)
    assert (body["point"], body["rate"], body["seconds"], body["times"]) == (
        "payment.handle",
        0.5,
        2,
        4,
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("what", "decline:order"),
        ("what", HOSTILE),
        ("percent", "0"),
        ("percent", "101"),
        ("lasts_s", "601"),
        ("times", "0"),
        ("wait_s", "11"),
    ],
)
def test_a_fault_that_cannot_be(
    browser: Client, services: Peers, field: str, value: str
) -> None:
    """The form is open, and says why."""
    answer = browser.post("/playground/faults", {**OWN, field: value})
    assert answer.status_code == 422
    assert b'<details class="own-fault" open>' in answer.content
    assert services.requests("POST") == []


@pytest.mark.parametrize(
    ("address", "answer", "words"),
    [
        ("/playground/presets/declined", None, "The payment service does not answer"),
        ("/playground/presets/declined", 409, "no, thank you"),
        ("/playground/faults/payment/FAULT-1/off", None, "The payment service does"),
        ("/playground/stock", None, "The inventory service does not answer"),
        (
            "/playground/faults/off",
            None,
            "These services do not answer: order service, pay",
        ),
    ],
)
def test_what_could_not_be_done_is_said(
    browser: Client, services: Peers, address: str, answer: int | None, words: str
) -> None:
    """On the page, which stays."""
    services.say("payment", "POST /api/faults", answer)
    (message,) = said(browser.post(address, follow=True))
    assert message.startswith(words)


def test_all_off_and_full_shelves(browser: Client, services: Peers) -> None:
    """Both say that they were done."""
    for service in ("order", "payment", "inventory", "orchestrator"):
        services.say(service, "DELETE /api/faults", {"turnedOff": []})
    services.say("payment", "DELETE /api/faults/FAULT-1", {"turnedOff": []})
    services.say("inventory", "POST /api/inventory/initialize", {})
    for address, words in (
        ("/playground/faults/off", "All faults are off."),
        ("/playground/faults/payment/FAULT-1/off", "The fault is off."),
        ("/playground/stock", "The shelves are full again."),
    ):
        assert said(browser.post(address, follow=True)) == [words]


@pytest.mark.parametrize("address", ["/playground/runs/PLAY-x", "/playground/x"])
def test_what_is_not_there(browser: Client, address: str) -> None:
    """A 404."""
    assert browser.get(address).status_code == 404


def test_in_production_there_is_no_playground(
    browser: Client, services: Peers, as_in_production: None
) -> None:
    """Nothing of it, for nobody, and nobody is asked anything."""
    stored()
    answers = [
        *(browser.get(address) for address in GETS),
        *(browser.post(address, {**RUN, **OWN}) for address in POSTS),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert services.asked == []
    assert Run.objects.count() == 1


def viewer() -> Client:
    """Somebody from elsewhere who has signed in and may look."""
    client = Client(**PAGE, REMOTE_ADDR="192.0.2.7")
    user = User.objects.create_user("kim")
    user.user_permissions.add(Permission.objects.get(codename="may_read"))
    client.force_login(user)
    return client


def test_a_viewer_looks_and_does_nothing(services: Peers) -> None:
    """Its buttons say why, and its POSTs are refused."""
    stored()
    client = viewer()
    page = client.get("/playground").content.decode()
    assert 'id="why-not"' in page
    buttons = [part.split(">")[0] for part in page.split("<button ")[1:]]
    acting = [one for one in buttons if "disabled" in one]
    assert len(acting) == 10
    assert all('aria-describedby="why-not"' in one for one in acting)
    assert {client.post(address).status_code for address in POSTS} == {403}
    assert services.requests("POST") == []


def test_nobody_is_asked_to_sign_in() -> None:
    """From elsewhere."""
    stored()
    client = Client(**PAGE, REMOTE_ADDR="192.0.2.7")
    answers = [client.get(address) for address in GETS]
    assert {answer.status_code for answer in answers} == {302}


def test_each_address_is_guarded_and_takes_one_method(browser: Client) -> None:
    """A GET never acts."""
    stored()
    assert len(urlpatterns) == len(GETS) + len(POSTS)
    assert {browser.get(address).status_code for address in POSTS} == {405}
    assert {browser.post(address).status_code for address in GETS} == {405}


def test_a_form_without_its_token_is_refused() -> None:
    """As a page of another site would send one."""
    client = Client(**PAGE, enforce_csrf_checks=True)
    assert client.post("/playground/runs", RUN).status_code == 403
    assert Run.objects.count() == 0


def test_in_korean(browser: Client) -> None:
    """Whatever is not a name."""
    page = browser.get("/playground", HTTP_ACCEPT_LANGUAGE="ko").content.decode()
    assert "주문 보내기" in page
    assert "Send orders" not in page
