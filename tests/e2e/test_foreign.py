"""What foreign producers put into the log: understood, or set apart with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.log.connect import connect
from common.log.port import NewRecord
from tests.e2e.kinds import on_each_log, on_real
from tests.e2e.shop import MOUSE, Shop, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(120)]


def publish(shop: Shop, topic: str, value: bytes, key: str = "foreign") -> None:
    """A record without headers, as another program would send it."""
    log = connect(shop.log_url)
    try:
        log.publisher().publish([NewRecord(topic=topic, key=key, value=value)])
    finally:
        log.close()


def letters(shop: Shop, service: str, key: str) -> list[dict[str, Any]]:
    """The dead letters of a key at a service."""
    return list(shop.rows(service, "/api/messages/dead-letters", key=key))


def must_be_dead(shop: Shop, service: str, key: str, reason: str) -> None:
    """One dead letter with that reason, and the service goes on."""
    wait_until(
        lambda: bool(letters(shop, service, key)), 20, lambda: f"no letter for {key}"
    )
    (letter,) = letters(shop, service, key)
    assert letter["status"] == "DEAD"
    assert reason in letter["error"]
    order_id = shop.order("choreography", MOUSE)["orderId"]
    shop.wait_for_the_end()
    assert shop.get("order", f"/api/orders/{order_id}")["status"] == "COMPLETED"


@on_each_log
def test_an_order_of_another_program_is_carried_out(shop: Shop) -> None:
    """Bare JSON on order.created, as the seed's producers wrote it, ends COMPLETED."""
    order_id = "FOREIGN-1"
    item = {**MOUSE, "quantity": 1}
    body = {
        "orderId": order_id,
        "customerId": "CUST-foreign",
        "items": [item],
        "totalAmount": item["price"],
        "timestamp": "2026-01-01T00:00:00.000Z",
    }
    publish(shop, "order.created", json.dumps(body).encode(), order_id)
    path = f"/api/orders/{order_id}"
    wait_until(
        lambda: _status(shop, path) == "COMPLETED", 30, lambda: _status(shop, path)
    )
    payment = shop.get("payment", f"/api/payments/order/{order_id}")
    assert payment["status"] == "SUCCESS"


def _status(shop: Shop, path: str) -> str:
    answer = shop.ask("order", path)
    return str(answer.json()["status"]) if answer.is_success else "not there"


@on_each_log
def test_a_reply_of_another_program_to_nobody_changes_nothing(shop: Shop) -> None:
    """Bare JSON on orchestrator.reply for a saga there is not: taken note of."""
    body = {
        "sagaId": "SAGA-nobody",
        "orderId": "FOREIGN-2",
        "command": "PROCESS_PAYMENT",
        "status": "SUCCESS",
        "data": {},
    }
    publish(shop, "orchestrator.reply", json.dumps(body).encode(), "FOREIGN-2")
    started = shop.order("orchestration", MOUSE)
    shop.wait_for_the_end()
    saga = shop.get("orchestrator", f"/api/orchestrator/sagas/{started['sagaId']}")
    assert saga["status"] == "COMPLETED"


@on_each_log
@pytest.mark.parametrize(
    ("service", "topic", "value", "reason"),
    [
        ("payment", "order.created", b"\x00\xff garbage", "JSON"),
        ("orchestrator", "orchestrator.reply", b"{}", "missing required field"),
        (
            "order",
            "orchestrator.saga",
            b'{"sagaId":"S","orderId":"O","command":"FLY","data":{}}',
            "FLY",
        ),
    ],
    ids=["garbage bytes", "an empty reply", "an unknown command"],
)
def test_what_breaks_its_contract_is_set_apart(
    shop: Shop, service: str, topic: str, value: bytes, reason: str
) -> None:
    """A dead letter that says why, and consumption goes on."""
    key = f"broken-{service}-{topic}"
    publish(shop, topic, value, key)
    must_be_dead(shop, service, key, reason)


@on_real
def test_five_megabytes_are_set_apart(shop: Shop) -> None:
    """More than we would ever send, but the topic takes it."""
    from kafka import KafkaProducer

    producer = KafkaProducer(
        bootstrap_servers=shop.log_url.removeprefix("kafka://"),
        max_request_size=6_000_000,
    )
    value = b'{"orderId": "' + b"x" * 5_000_000 + b'"}'
    producer.send("order.created", value, key=b"too-big").get(timeout=20)
    producer.close()
    must_be_dead(shop, "payment", "too-big", "")
