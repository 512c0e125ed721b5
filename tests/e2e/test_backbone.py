"""Log, databases and broker may be killed at any time: nothing is lost or doubled."""

from __future__ import annotations

import pytest
from redis import Redis

from compose.infra.backbone import Infra
from tests.e2e.kinds import on_real
from tests.e2e.load import kill, under_load
from tests.e2e.shop import LAPTOP, Shop, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(300)]

ORDERS = 400


def infra_of(shop: Shop) -> Infra:
    """What the shop stands on."""
    assert shop.stack.infra is not None
    return shop.stack.infra


def must_be_well(shop: Shop) -> None:
    """Everything is healthy again, and the orders that were under way have ended."""
    infra_of(shop).wait_healthy()
    shop.stack.wait_healthy()
    shop.wait_for_the_end(150)


@on_real
def test_the_log_is_killed_twice(shop: Shop) -> None:
    """kill -9 of the broker amid the orders, and again as soon as orders go on."""
    with under_load(shop, ORDERS, "broker") as load:
        for round_ in (1, 2):
            load.wait_for_orders(100 * round_)
            kill(infra_of(shop), "kafka")
            infra_of(shop).wait_healthy()
    must_be_well(shop)
    load.check_the_books_after_an_outage()


@pytest.mark.parametrize("shop", ["kafka-postgres"], indirect=True)
def test_postgres_is_restarted_and_then_killed(shop: Shop) -> None:
    """An orderly restart, then a kill -9, each amid the orders."""
    infra = infra_of(shop)
    with under_load(shop, ORDERS, "postgres") as load:
        load.wait_for_orders(100)
        infra.supervisor.stop("postgres")
        infra.supervisor.start("postgres")
        infra.wait_healthy()
        load.wait_for_orders(250)
        kill(infra, "postgres")
    must_be_well(shop)
    load.check_the_books_after_an_outage()


@pytest.mark.parametrize("shop", ["kafka-mongodb"], indirect=True)
def test_each_mongod_is_killed(shop: Shop) -> None:
    """kill -9 of the four servers, one after the other, amid the orders."""
    infra = infra_of(shop)
    names = [spec.name for spec in infra.mongodb.processes]
    with under_load(shop, ORDERS, "mongod") as load:
        for number, name in enumerate(names, 1):
            load.wait_for_orders(60 * number)
            kill(infra, name)
    must_be_well(shop)
    load.check_the_books_after_an_outage()


@on_real
def test_redis_is_flushed_and_killed(shop: Shop) -> None:
    """It held doorbells only: orders end, and what the sweeps do goes on afterwards."""
    infra = infra_of(shop)
    refused = shop.order("orchestration", LAPTOP, customer="DECLINE-redis")
    with under_load(shop, ORDERS, "redis") as load:
        load.wait_for_orders(100)
        with Redis(port=infra.redis.port) as client:
            client.flushall()
        kill(infra, "redis")
    must_be_well(shop)
    load.check_the_books_after_an_outage()
    must_be_retried(shop, refused["sagaId"])


def must_be_retried(shop: Shop, saga_id: str) -> None:
    """A retry job, which only a Celery task does, is done."""
    asked = shop.post(
        "orchestrator", "/api/orchestrator/sagas/retry", {"sagaIds": [saga_id]}
    )
    asked.raise_for_status()
    job = asked.headers["Location"]
    wait_until(
        lambda: shop.get("orchestrator", job)["status"] == "DONE",
        45,
        lambda: f"the job is not done: {shop.get('orchestrator', job)}",
    )
    assert shop.get("orchestrator", job)["retried"] == 1
    shop.wait_for_the_end()
