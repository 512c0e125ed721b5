"""The eight processes, and the shop and the sandbox beside them, as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from compose.local.backing import embedded
from compose.local.problem import Problem
from compose.local.topology import selected, service_named, system

STATE = Path("/tmp/a state")  # noqa: S108 - nothing is written there
EVERYTHING = system(STATE, 100, embedded(STATE, {}))
WITHOUT_SANDBOX = system(STATE, 100, embedded(STATE, {}), with_sandbox=False)
PROCESSES = WITHOUT_SANDBOX[:8]


def test_each_service_has_a_web_process_and_a_worker() -> None:
    """Eight names, the ports moved by the offset."""
    assert [(spec.name, spec.kind, spec.port) for spec in PROCESSES] == [
        ("order-web", "web", 3101),
        ("order-worker", "worker", 3101),
        ("payment-web", "web", 3102),
        ("payment-worker", "worker", 3102),
        ("inventory-web", "web", 3103),
        ("inventory-worker", "worker", 3103),
        ("orchestrator-web", "web", 3104),
        ("orchestrator-worker", "worker", 3104),
    ]


def test_the_sandbox_stands_beside_the_services() -> None:
    """One process more, with a port of its own, and no database of a service."""
    *others, sandbox = EVERYTHING
    assert [spec.name for spec in others] == [spec.name for spec in WITHOUT_SANDBOX]
    assert (sandbox.name, sandbox.kind, sandbox.port) == ("toss-sandbox", "web", 4000)
    assert sandbox.command[-3:] == (
        "compose.toss_sandbox.wsgi:application",
        "4000",
        "128",
    )
    assert "DATABASE_URL" not in sandbox.environment


def test_the_shop_stands_beside_the_services_at_two_addresses() -> None:
    """A web process at the contract's port, and a door to it at the seed's."""
    shop, door = WITHOUT_SANDBOX[8:]
    assert (shop.name, shop.kind, shop.port) == ("storefront-web", "web", 3100)
    assert shop.command[-2:] == ("order_svc.storefront.wsgi:application", "3100")
    assert (door.name, door.kind, door.port) == ("storefront-door", "web", 3105)
    assert door.command[-3:] == ("door", "3105", "3100")
    assert selected(EVERYTHING, ["storefront"]) == list(EVERYTHING[8:10])


def test_the_shop_knows_the_window_and_no_secret() -> None:
    """Of Toss what a browser may see; of the services no database."""
    told = EVERYTHING[8].environment
    assert told["TOSS_CLIENT_KEY"] == "test_ck_sandbox"
    assert told["TOSS_WINDOW_URL"] == "http://127.0.0.1:4000/window"
    for spec in WITHOUT_SANDBOX[8:]:
        assert not {name for name in spec.environment if "TOSS" in name}
    for spec in EVERYTHING[8:10]:
        hidden = {"DATABASE_URL", "TOSS_SECRET_KEY", "TOSS_BILLING_KEY"}
        assert not hidden & spec.environment.keys()


def test_the_services_pay_through_the_sandbox_where_there_is_one() -> None:
    """They are told its address and its keys; else they read the shell's."""
    told = {
        "TOSS_API_URL": "http://127.0.0.1:4000",
        "TOSS_SECRET_KEY": "test_sk_sandbox",
        "TOSS_CLIENT_KEY": "test_ck_sandbox",
        "TOSS_BILLING_KEY": "billing_sandbox",
        "TOSS_CUSTOMER_KEY": "customer_sandbox",
        "TOSS_WINDOW_URL": "http://127.0.0.1:4000/window",
    }
    for spec in EVERYTHING[:8]:
        found = {name: spec.environment.get(name) for name in told}
        assert found == told
    for spec in PROCESSES:
        assert not told.keys() & spec.environment.keys()


def test_processes_of_a_service_share_its_database_and_no_other() -> None:
    """Four databases for eight processes."""
    addresses = {spec.name: spec.environment["DATABASE_URL"] for spec in PROCESSES}
    assert addresses["order-web"] == "sqlite:///tmp/a%20state/db/order.sqlite3"
    assert addresses["order-worker"] == addresses["order-web"]
    assert len(set(addresses.values())) == 4


def test_a_worker_has_a_name() -> None:
    """It is the worker's in Celery and in its consumer group."""
    worker = PROCESSES[1]
    assert worker.environment["WORKER_NAME"] == "order-worker-1"
    assert worker.command[-3:] == ("worker", "order_svc", "order-worker-1")
    assert "WORKER_NAME" not in PROCESSES[0].environment


def test_processes_are_chosen_by_name_or_service() -> None:
    """A service's name stands for both of its processes, no name for all."""
    chosen = selected(PROCESSES, ["payment", "order-web"])
    assert [spec.name for spec in chosen] == [
        "order-web",
        "payment-web",
        "payment-worker",
    ]
    assert selected(PROCESSES, []) == list(PROCESSES)


def test_an_unknown_process_is_named_with_the_known_ones() -> None:
    """The sentence lists what could have been meant."""
    with pytest.raises(Problem, match="There is no process 'shop-web'") as caught:
        selected(PROCESSES, ["order-web", "shop-web"])
    assert "orchestrator-worker" in str(caught.value)


def test_a_service_is_known_by_name_and_package() -> None:
    """`order` and `order_svc` are the same."""
    assert service_named("order_svc") == service_named("order")


def test_further_workers_come_as_groups_of_their_own() -> None:
    """So a second and a third of each service come and go beside the rest."""
    many = system(STATE, 100, embedded(STATE, {}), workers=3, with_sandbox=False)
    assert many[:8] == PROCESSES
    assert many[-2:] == WITHOUT_SANDBOX[8:]
    assert [(spec.name, spec.group) for spec in many[8:-2:4]] == [
        ("order-worker-2", "workers-2"),
        ("order-worker-3", "workers-3"),
    ]
    assert many[8].environment == {
        **PROCESSES[1].environment,
        "WORKER_NAME": "order-worker-2",
    }
