"""Ports and addresses of the services are known in one place."""

from __future__ import annotations

import socket

import pytest

from common.conf.env import ConfigurationError
from common.conf.service import (
    SERVICES,
    listen_host,
    service_port,
    service_url,
    worker_name,
)


def test_the_four_services_have_the_contracts_ports() -> None:
    """3001 to 3004."""
    ports = {service.package: service.port for service in SERVICES.values()}
    assert ports == {
        "order_svc": 3001,
        "payment_svc": 3002,
        "inventory_svc": 3003,
        "orchestrator_svc": 3004,
    }


def test_an_offset_moves_all_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a second stack beside the first."""
    monkeypatch.setenv("PORT_OFFSET", "100")
    assert service_port("order") == 3101
    assert service_url("inventory") == "http://127.0.0.1:3103"


def test_an_offset_keeps_ports_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within what a port can be."""
    monkeypatch.setenv("PORT_OFFSET", "70000")
    with pytest.raises(ConfigurationError, match="PORT_OFFSET"):
        service_port("order")


def test_an_address_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts instead of the port; a last slash does not."""
    monkeypatch.setenv("INVENTORY_URL", "https://stock.example/base/")
    assert service_url("inventory") == "https://stock.example/base"
    monkeypatch.setenv("INVENTORY_URL", "stock.example")
    with pytest.raises(ConfigurationError, match="http:// or https://"):
        service_url("inventory")


def test_services_listen_on_this_machine_unless_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Told so in containers, whose network is their own."""
    monkeypatch.delenv("LISTEN_HOST", raising=False)
    assert listen_host() == "127.0.0.1"
    monkeypatch.setenv("LISTEN_HOST", "0.0.0.0")  # noqa: S104 - nobody listens
    assert listen_host() == "0.0.0.0"  # noqa: S104


def test_a_name_is_no_address_to_listen_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may stand for several."""
    monkeypatch.setenv("LISTEN_HOST", "localhost")
    with pytest.raises(ConfigurationError, match="LISTEN_HOST is 'localhost'"):
        listen_host()


def test_a_worker_is_named_after_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that two containers of one service have two names; a given one counts."""
    monkeypatch.delenv("WORKER_NAME", raising=False)
    monkeypatch.setattr(socket, "gethostname", lambda: "c0ffee")
    assert worker_name("order") == "order-worker-c0ffee"
    monkeypatch.setenv("WORKER_NAME", "order-worker-2")
    assert worker_name("order") == "order-worker-2"
